using System.Globalization;
using System.Runtime.InteropServices;

namespace Gibbon.Lua.Native;

/// <summary>
/// For as long as it is not disposed of, what is loaded comes to lie far from everything else. LuaJIT can use machine code only within a gigabyte of its library. The kernel puts a library
/// into the highest gap that it fits into, which lies between the gigabytes that the runtime has reserved: whether anything was left around it was chance, and threads that began later
/// could take that too. Where nothing is left LuaJIT compiles nothing, and looks for a place again with every few calls, by dozens of system calls.
/// </summary>
internal sealed unsafe partial class RoomAround : IDisposable
{
    // What others ask the kernel for comes from above: so much of it goes in between before it is near. Nothing but addresses is used up, of which there are 512 times as many.
    private const long Distance = 256L << 30;

    // Smaller than any library of interest.
    private const long SmallestGap = 64 << 10;

    private const int PrivateAnonymousUnreserved = 0x4022;
    private const int NotInPlaceOfOthers = 0x100000;

    private readonly List<(nint Start, long Length)> _held = [];
    private nint _far;

    private RoomAround()
    {
    }

    /// <summary>Takes the addresses that a library could otherwise get. Where that is not possible it comes to lie wherever the system puts it.</summary>
    public static RoomAround Make()
    {
        var room = new RoomAround();
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
        {
            try
            {
                room.TakeGaps();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
            {
                // No /proc, or another one.
            }
        }

        return room;
    }

    /// <summary>Whether what was loaded has come to lie where it should. Other threads give addresses back meanwhile, and what is loaded may have got some of those.</summary>
    /// <param name="address">An address in it.</param>
    public bool Has(nint address) => _far == 0 || address < _far;

    public void Dispose()
    {
        foreach ((nint start, long length) in _held)
        {
            _ = munmap(start, (nint)length);
        }

        _held.Clear();
    }

    private void TakeGaps()
    {
        _far = Take(0, Distance);
        if (_far == 0)
        {
            return;
        }

        long end = _far + Distance;
        foreach (string line in File.ReadAllLines("/proc/self/maps"))
        {
            // "7f1b09b39000-7f1b09b42000 r--p …"; the main thread's stack grows into the gap below it, where the kernel puts nothing else.
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (line.EndsWith("[stack]", StringComparison.Ordinal))
            {
                break;
            }

            long start = long.Parse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (start > end && start - end >= SmallestGap)
            {
                _ = Take((nint)end, start - end);
            }

            end = Math.Max(end, long.Parse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        }
    }

    private nint Take(nint wanted, long length)
    {
        nint got = mmap(wanted, (nint)length, 0, PrivateAnonymousUnreserved | (wanted == 0 ? 0 : NotInPlaceOfOthers), -1, 0);
        if (got == -1)
        {
            return 0;
        }

        _held.Add((got, length));
        return got;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint wanted, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint start, nint length);
}
