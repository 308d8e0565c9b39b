using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>The answer of a plugin's endpoint.</summary>
/// <param name="Status">100 to 599.</param>
public sealed record EndpointResponse(int Status)
{
    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Its media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>More headers.</summary>
    public HeaderMap? Headers { get; init; }

    /// <summary>JSON.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The object.</param>
    public static EndpointResponse Json(int status, ValueMap body) =>
        new(status) { Body = ValueJson.Write(body), ContentType = "application/json; charset=utf-8" };

    /// <summary>JSON with a message: how the Admin API tells of failures.</summary>
    /// <param name="status">The status.</param>
    /// <param name="text">The message.</param>
    public static EndpointResponse Message(int status, string text) => Json(status, new ValueMap { ["message"] = text });

    /// <summary>Text.</summary>
    /// <param name="status">The status.</param>
    /// <param name="text">The text.</param>
    public static EndpointResponse Text(int status, string text) =>
        new(status) { Body = Encoding.UTF8.GetBytes(text), ContentType = "text/plain; charset=UTF-8" };
}
