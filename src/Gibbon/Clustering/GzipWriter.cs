using System.Buffers;
using System.IO.Compression;

namespace Gibbon.Clustering;

/// <summary>Compresses what is written, block by block: only the compressed bytes are ever there as a whole.</summary>
internal sealed class GzipWriter : IBufferWriter<byte>, IDisposable
{
    private const int BlockLength = 64 * 1024;

    private readonly MemoryStream _output = new();
    private readonly GZipStream _gzip;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockLength);
    private int _used;

    public GzipWriter(CompressionLevel level) => _gzip = new GZipStream(_output, level);

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int wanted = Math.Max(sizeHint, 1);
        if (_block.Length - _used < wanted)
        {
            Deflate();
            if (_block.Length < wanted)
            {
                ArrayPool<byte>.Shared.Return(_block);
                _block = ArrayPool<byte>.Shared.Rent(wanted);
            }
        }

        return _block.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>The end: everything, compressed.</summary>
    public byte[] Finish()
    {
        Deflate();
        _gzip.Dispose();
        return _output.ToArray();
    }

    public void Dispose()
    {
        _gzip.Dispose();
        _output.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
    }

    private void Deflate()
    {
        _gzip.Write(_block, 0, _used);
        _used = 0;
    }
}
