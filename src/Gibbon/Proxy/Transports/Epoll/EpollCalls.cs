using System.Runtime.InteropServices;

namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>
/// The calls to Linux that a socket on an <see cref="EpollLoop"/> needs. None but <see cref="WaitForEvents"/> can block, so the others run without leaving
/// managed mode, which would cost as much as a small receive does. Failures come back as the negated error number.
/// </summary>
internal static unsafe partial class EpollCalls
{
    public const int TryAgain = -11;
    public const int InProgress = -115;
    public const int BadDescriptor = -9;

    private const int Interrupted = 4;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int CloseOnExecute = 0x80000;

    public static int CreateEpoll() => Checked(epoll_create1(CloseOnExecute));

    public static int Add(int epoll, int descriptor, byte* description) => Checked(epoll_ctl(epoll, 1, descriptor, description));

    public static int Remove(int epoll, int descriptor, byte* description) => Checked(epoll_ctl(epoll, 2, descriptor, description));

    public static int WaitForEvents(int epoll, byte* events, int most)
    {
        int count = epoll_wait(epoll, events, most, -1);
        return count >= 0 ? count : Marshal.GetLastSystemError() == Interrupted ? 0 : -Marshal.GetLastSystemError();
    }

    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do count = recv(descriptor, start, (nuint)buffer.Length, DoNotWait);
            while (count < 0 && Marshal.GetLastSystemError() == Interrupted);
            return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
        }
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            nint count;
            do count = send(descriptor, start, (nuint)data.Length, DoNotWait | NoSignal);
            while (count < 0 && Marshal.GetLastSystemError() == Interrupted);
            return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
        }
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (byte* one = first, two = second)
        {
            Piece* pieces = stackalloc Piece[2] { new(one, first.Length), new(two, second.Length) };
            Message message = new() { Pieces = pieces, PieceCount = 2 };
            nint count;
            do count = sendmsg(descriptor, &message, DoNotWait | NoSignal);
            while (count < 0 && Marshal.GetLastSystemError() == Interrupted);
            return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
        }
    }

    public static int Connect(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address) return Checked(connect(descriptor, start, (uint)address.Length));
    }

    /// <summary>Reads the address that a socket has here; its length.</summary>
    public static int LocalAddress(int descriptor, Span<byte> address)
    {
        uint length = (uint)address.Length;
        fixed (byte* start = address) return getsockname(descriptor, start, &length) < 0 ? -Marshal.GetLastSystemError() : (int)length;
    }

    private static int Checked(int result) => result >= 0 ? result : -Marshal.GetLastSystemError();

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* description);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, byte* events, int most, int timeout);

    [LibraryImport("libc")]
    private static partial int connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc")]
    private static partial int getsockname(int descriptor, byte* address, uint* length);

    [LibraryImport("libc")]
    [SuppressGCTransition]
    private static partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    [SuppressGCTransition]
    private static partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    [SuppressGCTransition]
    private static partial nint sendmsg(int descriptor, Message* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Piece(byte* start, int length)
    {
        public readonly byte* Start = start;
        public readonly nuint Length = (nuint)length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
