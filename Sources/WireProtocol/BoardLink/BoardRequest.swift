/// A frame from the host as the board understood it.
public struct BoardRequest: Equatable, Sendable {
  /// What the host asks for.
  public enum Action: Equatable, Sendable {
    /// To say who the board is.
    case hello
    /// To sense and answer.
    case readState
    /// To follow new goals; in lockstep, also to let one control period pass.
    case command(BoardCommand)
    /// To clear watchdog and latched faults and to switch torque on.
    case arm
    /// To switch torque off.
    case disarm
    /// To say how each servo is.
    case readHealth
    /// To read or write a part of a servo's memory.
    case register(BoardRegisterAccess)
    /// Something that cannot be understood, and how to say so.
    case refuse(BoardRefusal)
  }

  /// The request's number, which its reply repeats.
  public let sequence: UInt16
  /// What the host asks for.
  public let action: Action

  /// Reads a frame; `nil` for a kind that boards send.
  ///
  /// Such a frame is an echo of the board's own, and answering it could go on for ever.
  @_noAllocation
  init?(_ frame: BoardFrame) {
    guard frame.kindCode & 0x80 == 0 else { return nil }
    sequence = frame.sequence
    action = Self.action(of: frame)
  }

  @_noAllocation
  private static func action(of frame: BoardFrame) -> Action {
    guard frame.version == BoardLink.version else { return refusing(frame, .versionMismatch) }
    switch frame.kind {
    case .hello: return .hello
    case .readState: return .readState
    case .arm: return .arm
    case .disarm: return .disarm
    case .readHealth: return .readHealth
    case .command:
      do throws(BoardFrameError) {
        return .command(try BoardCommand(decoding: frame))
      } catch {
        return refusing(frame, .malformedPayload)
      }
    case .readRegister, .writeRegister:
      do throws(BoardFrameError) {
        return .register(try BoardRegisterAccess(decoding: frame))
      } catch {
        return refusing(frame, .malformedPayload)
      }
    default: return refusing(frame, .unknownKind)
    }
  }

  @_noAllocation
  private static func refusing(_ frame: BoardFrame, _ code: BoardRefusal.Code) -> Action {
    .refuse(BoardRefusal(code: code, kindCode: frame.kindCode))
  }
}
