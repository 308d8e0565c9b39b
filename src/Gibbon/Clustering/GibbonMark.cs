using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering;

/// <summary>
/// How our nodes know each other, in ways that Kong's nodes do not mind: a data plane has a member <c>gibbon</c> in its first message, and a control plane answers
/// that with a message of a type that Kong does not know and would ignore.
/// </summary>
internal static class GibbonMark
{
    private const string Type = "gibbon";
    private const int Longest = 128;

    /// <summary>What a control plane says to a data plane of ours, before anything else.</summary>
    public static byte[] Message { get; } = Gzip.Deflate(Encoding.UTF8.GetBytes($"{{\"type\":\"{Type}\"}}"));

    /// <summary>Whether a message is that.</summary>
    public static bool Is(byte[] message) =>
        message.Length <= Longest && Gzip.Inflate(message) is { } text && ValueJson.TryRead(text, out object? read, out _)
        && read is ValueMap map && map.GetString("type") == Type;

    /// <summary>The member of a data plane's first message.</summary>
    public static ValueMap Member => new() { ["protocol"] = 1L };
}
