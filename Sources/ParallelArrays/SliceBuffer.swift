/// A fixed-size buffer that several threads share, each writing its own slice.
///
/// Nothing guards an element: two threads must not use one at the same time when either writes.
/// Indexes are checked in debug builds.
@safe
public final class SliceBuffer<Element>: @unchecked Sendable {
  /// Elements in the buffer.
  public let count: Int
  /// The first element, aligned for wide vectors.
  public let base: UnsafeMutablePointer<Element>

  /// Makes a buffer of `count` copies of `element`.
  public init(repeating element: Element, count: Int) {
    self.count = count
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
    unsafe base = bytes.bindMemory(to: Element.self, capacity: count)
    unsafe base.initialize(repeating: element, count: count)
  }

  /// Makes a buffer with a copy of `elements`.
  public convenience init(_ elements: [Element]) where Element: AdditiveArithmetic {
    self.init(repeating: .zero, count: elements.count)
    for index in elements.indices { self[index] = elements[index] }
  }

  deinit {
    unsafe base.deinitialize(count: count)
    unsafe UnsafeMutableRawPointer(base).deallocate()
  }

  /// The element at `index`, which is in `0..<count`.
  @inlinable
  public subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "an index below the count")
      return unsafe base[index]
    }
    _modify {
      assert(index >= 0 && index < count, "an index below the count")
      yield unsafe &base[index]
    }
  }

  /// The elements as an array.
  public var elements: [Element] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
}
