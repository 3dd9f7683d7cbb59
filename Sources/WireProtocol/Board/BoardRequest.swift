/// A request of the host, decoded from its frame.
public struct BoardRequest: Equatable, Sendable {
  /// Action that the host asks for.
  public enum Action: Equatable, Sendable {
    /// Report the board's identity.
    case hello
    /// Report the state.
    case readState
    /// Follow new goals; in lockstep also let one control period pass.
    case command(BoardCommand)
    /// Clear watchdog and latched faults, and switch torque on.
    case arm
    /// Switch torque off.
    case disarm
    /// Report the state of each servo.
    case readHealth
    /// Read or write a part of a servo's memory.
    case register(BoardRegisterAccess)
    /// Refuse a request that cannot be understood.
    case refuse(BoardRefusal)
  }

  /// The request's sequence number, which its reply repeats.
  public let sequence: UInt16
  /// Action that the host asks for.
  public let action: Action

  /// Decodes a frame; `nil` for a kind that boards send.
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
    guard frame.version == BoardProtocol.version else { return refusing(frame, .versionMismatch) }
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
