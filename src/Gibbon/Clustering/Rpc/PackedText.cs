using System.Buffers;
using System.IO.Compression;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Rpc;

/// <summary>A piece of JSON that goes into messages to many nodes, packed once: of a thousand messages that hold it, only what differs is made anew.</summary>
internal sealed class PackedText
{
    // What is shorter is packed with what is around it, as Kong packs it; for our own nodes only what is hardly worth a piece of its own.
    private const int Short = 4096;
    private const int Tiny = 256;

    // What is longer goes to our own nodes as gzip, which takes a third of Snappy's bytes: so everything fits where it did by the first protocol.
    private const int Long = 64 * 1024;

    private readonly byte[] _bytes;
    private readonly Packing _packing;

    private PackedText(byte[] bytes, int length, Packing packing)
    {
        _bytes = bytes;
        Length = length;
        _packing = packing;
    }

    private enum Packing
    {
        None,
        Snappy,
        Gzip,
    }

    /// <summary>How many bytes it has unpacked.</summary>
    public int Length { get; }

    /// <summary>How many it takes.</summary>
    public int Size => _bytes.Length;

    /// <param name="value">What is to be told.</param>
    /// <param name="isGibbon">Whether only nodes of ours are told.</param>
    public static PackedText Of(ValueMap value, bool isGibbon)
    {
        byte[] text = ValueJson.Write(value);
        if (text.Length < (isGibbon ? Tiny : Short))
        {
            return new PackedText(text, text.Length, Packing.None);
        }

        if (isGibbon && text.Length >= Long)
        {
            return new PackedText(Gzip.Deflate(text, CompressionLevel.Fastest), text.Length, Packing.Gzip);
        }

        ArrayBufferWriter<byte> packed = new(text.Length / 4);
        Snappy.WriteElements(packed, text);
        return new PackedText(packed.WrittenSpan.ToArray(), text.Length, Packing.Snappy);
    }

    /// <summary>A message of which this is the middle, in pieces.</summary>
    public ReadOnlyMemory<byte>[] Within(string before, string after)
    {
        byte[] head = Encoding.UTF8.GetBytes(before);
        byte[] tail = Encoding.UTF8.GetBytes(after);
        if (_packing == Packing.None)
        {
            return [Snappy.Compress([.. head, .. _bytes, .. tail])];
        }

        // Several texts in gzip behind each other are one.
        if (_packing == Packing.Gzip)
        {
            return [Gzip.Deflate(head, CompressionLevel.Fastest), _bytes, Gzip.Deflate(tail, CompressionLevel.Fastest)];
        }

        ArrayBufferWriter<byte> first = new(head.Length + 16);
        Snappy.WriteLength(first, (long)head.Length + Length + tail.Length);
        Snappy.WriteElements(first, head);
        ArrayBufferWriter<byte> last = new(tail.Length + 8);
        Snappy.WriteElements(last, tail);
        return [first.WrittenMemory, _bytes, last.WrittenMemory];
    }
}
