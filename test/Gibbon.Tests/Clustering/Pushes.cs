using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Gibbon.Tests.Clustering;

/// <summary>What control planes send, read and written without the gateway's own code.</summary>
internal static class Pushes
{
    public static JsonNode Read(byte[] payload)
    {
        using GZipStream gzip = new(new MemoryStream(payload), CompressionMode.Decompress);
        return JsonNode.Parse(gzip)!;
    }

    public static byte[] Write(JsonNode message) => Deflate(message.ToJsonString());

    public static byte[] Deflate(string text)
    {
        using MemoryStream output = new();
        using (GZipStream gzip = new(output, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
