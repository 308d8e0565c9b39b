using System.Buffers;
using System.IO.Compression;
using Gibbon.Clustering.Rpc;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>Everything as one of our data planes is told it, written entity by entity and compressed on the way.</summary>
internal sealed class WholeText : IDisposable
{
    private readonly GzipWriter _output = new(CompressionLevel.Fastest);

    public WholeText() => _output.Write("{\"default\":{\"deltas\":"u8);

    /// <summary>How many entities there are so far.</summary>
    public int Count { get; private set; }

    public void Add(ValueMap delta)
    {
        _output.Write(Count == 0 ? "["u8 : ","u8);
        ValueJson.Write(_output, delta);
        Count++;
    }

    /// <param name="version">The version of which it is everything.</param>
    /// <param name="hash">What that is called.</param>
    public PackedText Finish(long version, string hash)
    {
        // As in Lua, where nothing is an object.
        _output.Write(Count == 0 ? "{},"u8 : "],"u8);
        ArrayBufferWriter<byte> rest = new();
        ValueJson.Write(rest, new ValueMap { ["wipe"] = true, ["after"] = 0L, ["version"] = version, ["hash"] = hash });
        _output.Write(rest.WrittenSpan[1..]);
        _output.Write("}"u8);
        return PackedText.OfGzip(_output.Finish());
    }

    public void Dispose() => _output.Dispose();
}
