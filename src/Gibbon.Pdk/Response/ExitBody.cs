using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>The body of a response that a plugin makes: nothing, bytes, or JSON.</summary>
public readonly struct ExitBody
{
    ExitBody(ReadOnlyMemory<byte> bytes, ExitBodyKind kind, string? message)
    {
        Bytes = bytes;
        Kind = kind;
        Message = message;
    }

    /// <summary>What it is.</summary>
    public ExitBodyKind Kind { get; }

    /// <summary>The bytes as they are sent.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The text, or the member <c>message</c> of a JSON object: what a gRPC client gets as <c>grpc-message</c>.</summary>
    public string? Message { get; }

    internal static ExitBody Of(string text) => new(Encoding.UTF8.GetBytes(text), ExitBodyKind.Text, text);

    internal static ExitBody Of(ReadOnlyMemory<byte> bytes) => new(bytes, ExitBodyKind.Text, null);

    internal static ExitBody OfJson(ReadOnlyMemory<byte> json, string? message) => new(json, ExitBodyKind.Json, message);

    internal static ExitBody Of(ValueMap json) =>
        new(ValueJson.Write(json), ExitBodyKind.Json, json.TryGetValue("message", out var message) ? message as string : null);

    internal static ExitBody Of(JsonNode json) =>
        new(
            JsonSerializer.SerializeToUtf8Bytes(json, JsonContext.Default.JsonNode),
            ExitBodyKind.Json,
            json is JsonObject map && map["message"] is JsonValue value && value.TryGetValue(out string? message) ? message : null);

    internal static ExitBody Of<T>(T json, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(json, type), ExitBodyKind.Json, null);
}
