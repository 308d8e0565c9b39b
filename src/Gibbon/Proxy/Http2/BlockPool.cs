using System.Buffers;
using System.Collections.Concurrent;

namespace Gibbon.Proxy.Http2;

/// <summary>Kestrel's memory for HTTP/2: blocks of one size, used again and again. Its own pool is not to be had from outside.</summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    private const int BlockSize = 16 * 1024;
    private const int MostKept = 1024;

    private readonly ConcurrentQueue<Block> _free = new();

    public static BlockPool Instance { get; } = new();

    public override int MaxBufferSize => BlockSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        return _free.TryDequeue(out Block? block) ? block : new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
        // Lives as long as the process.
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            if (pool._free.Count < MostKept) pool._free.Enqueue(this);
        }
    }
}
