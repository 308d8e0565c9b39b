using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Rpc;

/// <summary>What a call is answered with: a value, a text that many calls are answered with, or an error.</summary>
internal sealed record RpcAnswer
{
    public const int MethodNotFound = -32601;
    public const int ServerError = -32000;

    public object? Value { get; private init; }

    /// <summary>The value, packed once for everybody.</summary>
    public PackedText? Packed { get; private init; }

    public int ErrorCode { get; private init; }

    public string? Error { get; private init; }

    public static RpcAnswer Yes { get; } = Of(true);

    public static RpcAnswer Of(object value) => new() { Value = value };

    public static RpcAnswer Of(PackedText text) => new() { Packed = text };

    public static RpcAnswer Failure(string error, int code = ServerError) => new() { Error = error, ErrorCode = code };
}

/// <summary>Answers the calls of a method; null: it has no answer, as Kong's nodes have none to what they do not understand.</summary>
/// <param name="arguments">What was given.</param>
/// <param name="ending">The connection ends.</param>
internal delegate ValueTask<RpcAnswer?> RpcMethod(ValueList arguments, CancellationToken ending);
