using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering;

/// <summary>
/// How our nodes know each other, in ways that Kong's nodes do not mind: a data plane has a member <c>gibbon</c> in its first message, and a control plane answers
/// that with a message of a type that Kong does not know and would ignore. From there on they may go on with calls, by which changes are told.
/// </summary>
/// <param name="TellsChanges">Whether what follows on this connection are calls, as on <c>/v2/outlet</c> after its introductions.</param>
internal sealed record GibbonMark(bool TellsChanges)
{
    private const string Type = "gibbon";
    private const int Longest = 128;

    // With this one a data plane can go on with calls.
    private const long Protocol = 2;

    /// <summary>What a control plane says to a data plane of ours, before anything else.</summary>
    public static byte[] Message { get; } = Gzip.Deflate(Encoding.UTF8.GetBytes($"{{\"type\":\"{Type}\"}}"));

    /// <summary>The same, with calls to follow.</summary>
    public static byte[] MessageBeforeCalls { get; } = Gzip.Deflate(Encoding.UTF8.GetBytes($"{{\"type\":\"{Type}\",\"calls\":true}}"));

    /// <summary>Reads one of those; null when the message is something else.</summary>
    public static GibbonMark? Read(byte[] message) =>
        message.Length <= Longest && Gzip.Inflate(message) is { } text && ValueJson.TryRead(text, out object? read, out _)
        && read is ValueMap map && map.GetString("type") == Type
            ? new GibbonMark(map.Get("calls") is true)
            : null;

    /// <summary>The member of a data plane's first message.</summary>
    public static ValueMap Member => new() { ["protocol"] = Protocol };

    /// <summary>Whether a data plane with this member can go on with calls.</summary>
    public static bool TakesCalls(ValueMap? member) => member?.Get("protocol") is long protocol && protocol >= Protocol;
}
