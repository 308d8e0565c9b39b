using System.Buffers;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Rpc;

/// <summary>A piece of JSON that goes into messages to many nodes, packed once: of a thousand messages that hold it, only what differs is made anew.</summary>
internal sealed class PackedText
{
    // What is shorter is packed with what is around it, as Kong packs it.
    private const int Short = 4096;

    private readonly byte[] _bytes;

    private PackedText(byte[] bytes, int length, bool isPacked)
    {
        _bytes = bytes;
        Length = length;
        IsPacked = isPacked;
    }

    /// <summary>How many bytes it has unpacked.</summary>
    public int Length { get; }

    /// <summary>How many it takes.</summary>
    public int Size => _bytes.Length;

    private bool IsPacked { get; }

    public static PackedText Of(ValueMap value)
    {
        byte[] text = ValueJson.Write(value);
        if (text.Length < Short)
        {
            return new PackedText(text, text.Length, isPacked: false);
        }

        ArrayBufferWriter<byte> packed = new(text.Length / 4);
        Snappy.WriteElements(packed, text);
        return new PackedText(packed.WrittenSpan.ToArray(), text.Length, isPacked: true);
    }

    /// <summary>A message of which this is the middle, in pieces.</summary>
    public ReadOnlyMemory<byte>[] Within(string before, string after)
    {
        byte[] head = Encoding.UTF8.GetBytes(before);
        byte[] tail = Encoding.UTF8.GetBytes(after);
        if (!IsPacked)
        {
            return [Snappy.Compress([.. head, .. _bytes, .. tail])];
        }

        ArrayBufferWriter<byte> first = new(head.Length + 16);
        Snappy.WriteLength(first, (long)head.Length + Length + tail.Length);
        Snappy.WriteElements(first, head);
        ArrayBufferWriter<byte> last = new(tail.Length + 8);
        Snappy.WriteElements(last, tail);
        return [first.WrittenMemory, _bytes, last.WrittenMemory];
    }
}
