using System.Buffers;
using System.Globalization;
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

    // A call that many are called with has one number for all: it need be unique on each connection only, and those that are counted there never come so far.
    private const long FirstShared = 1L << 40;

    private static long _shared = FirstShared;

    private readonly byte[] _bytes;
    private readonly Packing _packing;

    private SharedCall? _call;

    // Unpacked; a Snappy block begins with it.
    private readonly int _length;

    private PackedText(byte[] bytes, int length, Packing packing)
    {
        _bytes = bytes;
        _length = length;
        _packing = packing;
    }

    private enum Packing
    {
        None,
        Snappy,
        Gzip,
    }

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
            return OfGzip(Gzip.Deflate(text, CompressionLevel.Fastest));
        }

        ArrayBufferWriter<byte> packed = new(text.Length / 4);
        Snappy.WriteElements(packed, text);
        return new PackedText(packed.WrittenSpan.ToArray(), text.Length, Packing.Snappy);
    }

    /// <summary>What is packed already.</summary>
    public static PackedText OfGzip(byte[] packed) => new(packed, 0, Packing.Gzip);

    /// <summary>A call with this for its argument, the same for everybody who is called: composed once.</summary>
    /// <param name="method">The method; always the same one.</param>
    public SharedCall AsCall(string method) => Volatile.Read(ref _call) ?? Compose(method);

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
        Snappy.WriteLength(first, (long)head.Length + _length + tail.Length);
        Snappy.WriteElements(first, head);
        ArrayBufferWriter<byte> last = new(tail.Length + 8);
        Snappy.WriteElements(last, tail);
        return [first.WrittenMemory, _bytes, last.WrittenMemory];
    }

    private SharedCall Compose(string method)
    {
        long id = Interlocked.Increment(ref _shared);
        SharedCall made = new(id, Within($"{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":[", $"],\"id\":{id.ToString(CultureInfo.InvariantCulture)}}}"));
        return Interlocked.CompareExchange(ref _call, made, null) ?? made;
    }
}

/// <summary>A call that many are called with.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Message">The message, in pieces.</param>
internal sealed record SharedCall(long Id, ReadOnlyMemory<byte>[] Message);
