using System.Buffers;
using System.Collections.Concurrent;

namespace Gibbon.Proxy.Transports;

/// <summary>
/// Arrays for what is received and sent. Most messages fit into a small block; of those a thread keeps some, and threads that have too many leave them to those that have none: a request may end on
/// another thread than it began. (The framework's pool keeps one a thread and a few a core, and a busy loop makes garbage of the rest.) Larger arrays are the framework's.
/// </summary>
internal static class Blocks
{
    private const int Size = 4096;
    private const int LocalLimit = 64;
    private const int SharedLimit = 4096;

    private static readonly ConcurrentQueue<byte[]> s_shared = new();

    [ThreadStatic]
    private static Stack<byte[]>? t_local;

    /// <summary>An array of at least <paramref name="least"/> bytes, with whatever is in it.</summary>
    public static byte[] Rent(int least)
    {
        if (least > Size) return ArrayPool<byte>.Shared.Rent(least);

        return t_local is { } local && local.TryPop(out byte[]? block) || s_shared.TryDequeue(out block) ? block : GC.AllocateUninitializedArray<byte>(Size);
    }

    public static void Return(byte[] array)
    {
        if (array.Length != Size)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }

        Stack<byte[]> local = t_local ??= new Stack<byte[]>(LocalLimit);
        if (local.Count < LocalLimit) local.Push(array);
        else if (s_shared.Count < SharedLimit) s_shared.Enqueue(array);
    }
}
