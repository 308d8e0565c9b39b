using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin;

/// <summary>What an endpoint answers.</summary>
internal sealed record ApiAnswer(int Status)
{
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static ApiAnswer Json(int status, ValueMap body) => new(status)
    {
        Body = ValueJson.Write(body),
        ContentType = "application/json; charset=utf-8",
    };

    public static ApiAnswer Message(int status, string message) => Json(status, new ValueMap { ["message"] = message });
}
