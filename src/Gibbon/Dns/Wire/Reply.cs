using System.Net;

namespace Gibbon.Dns.Wire;

internal enum ReplyKind
{
    /// <summary>There are records.</summary>
    Records,

    /// <summary>The name stands for another one, of which the answer has no records of the type.</summary>
    Alias,

    /// <summary>The name exists and has no records of the type.</summary>
    Empty,

    /// <summary>The server says that the name does not exist.</summary>
    NameError,

    /// <summary>The server refuses or is not able to answer.</summary>
    ServerError,

    /// <summary>No server has answered.</summary>
    NoAnswer,
}

/// <summary>What came of one question.</summary>
internal sealed record Reply(ReplyKind Kind)
{
    public IPAddress[] Addresses { get; init; } = [];

    public SrvRecord[] Services { get; init; } = [];

    /// <summary>The name that the one asked for stands for, at the end of the chain.</summary>
    public string? Alias { get; init; }

    /// <summary>Seconds: the least of the records used.</summary>
    public uint TimeToLive { get; init; }

    /// <summary>Kong's words for a failure; null for <see cref="ReplyKind.Records"/> and <see cref="ReplyKind.Alias"/>.</summary>
    public string? Error { get; init; }

    public static Reply Empty { get; } = new(ReplyKind.Empty) { Error = "dns client error: 101 empty record received" };

    /// <summary>Aliases that lead back to themselves.</summary>
    public static Reply Recursion { get; } = new(ReplyKind.ServerError) { Error = "recursion detected" };

    public static Reply OfCode(int code) => code == 3
        ? new Reply(ReplyKind.NameError) { Error = "dns server error: 3 name error" }
        : new Reply(ReplyKind.ServerError) { Error = $"dns server error: {code} {CodeText(code)}" };

    public static Reply NoAnswer(string error) => new(ReplyKind.NoAnswer) { Error = error };

    private static string CodeText(int code) => code switch
    {
        1 => "format error",
        2 => "server failure",
        4 => "not implemented",
        5 => "refused",
        _ => "unknown",
    };
}
