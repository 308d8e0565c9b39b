using Gibbon.Pdk.Schemas;
using Gibbon.PluginServers.Functions;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>What a message of the server means as arguments.</summary>
internal delegate IReadOnlyList<object?> ArgumentReader(ReadOnlySpan<byte> message);

/// <summary>A function of the kit over the wire.</summary>
/// <param name="Arguments">Reads its arguments.</param>
/// <param name="Result">Writes its result; nothing for none.</param>
internal sealed record ProtobufMethod(ArgumentReader Arguments, Func<PdkResult, ReadOnlyMemory<byte>> Result);

/// <summary>How arguments are read.</summary>
internal static class ProtobufArguments
{
    public static readonly ArgumentReader None = static _ => [];
    public static readonly ArgumentReader Text = static message => [MessageShapes.Text.Read(message)["v"]];
    public static readonly ArgumentReader Bytes = static message => [MessageShapes.Bytes.Read(message)["v"]];
    public static readonly ArgumentReader Whole = static message => [(long)(int)(long)MessageShapes.Whole.Read(message)["v"]!];
    public static readonly ArgumentReader Flag = static message => [MessageShapes.Flag.Read(message)["v"]];
    public static readonly ArgumentReader Pair = static message => Of(MessageShapes.Pair.Read(message), "k", "v");
    public static readonly ArgumentReader Target = static message => Of(MessageShapes.Target.Read(message), "host", "port");
    public static readonly ArgumentReader Exit = static message => Of(MessageShapes.Exit.Read(message), "status", "body", "headers");
    public static readonly ArgumentReader Consumer = static message => Of(MessageShapes.ConsumerSpec.Read(message), "id", "by_username");
    public static readonly ArgumentReader Authentication = static message => Of(MessageShapes.Authentication.Read(message), "consumer", "credential");
    public static readonly ArgumentReader List = static message => StructValues.ReadList(message);
    public static readonly ArgumentReader Struct = static message => [StructValues.ReadMap(message)];

    private static object?[] Of(ValueMap map, params string[] names) => [.. names.Select(map.Get)];
}

/// <summary>How results are written.</summary>
internal static class ProtobufResults
{
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> None = static _ => default;
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Text = Wrapped(MessageShapes.Text);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Bytes = Wrapped(MessageShapes.Bytes);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Whole = Wrapped(MessageShapes.Whole);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Double = Wrapped(MessageShapes.Double);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Flag = Wrapped(MessageShapes.Flag);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Consumer = Message(MessageShapes.Consumer);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Credential = Message(MessageShapes.Credential);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Route = Message(MessageShapes.Route);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Service = Message(MessageShapes.Service);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Memory = Message(MessageShapes.Memory);
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Value = static result => StructValues.Write(result.Value).WrittenMemory;
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Struct = static result =>
        result.Value is ValueMap map ? StructValues.WriteMap(map).WrittenMemory : default;

    /// <summary>A body, or the reason why there is none.</summary>
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Body = static result =>
    {
        var message = new FieldWriter();
        if (result.Value is byte[] body)
        {
            message.Bytes(1, body);
        }
        else
        {
            message.Text(3, result.Error ?? "Can't read request body");
        }

        return message.WrittenMemory;
    };

    /// <summary>What the path of a route has captured: by place, without the whole, and by name.</summary>
    public static readonly Func<PdkResult, ReadOnlyMemory<byte>> Captures = static result =>
    {
        var message = new FieldWriter();
        var captures = result.Value as ValueMap;
        foreach (object? capture in (captures?.GetList("unnamed") ?? []).Skip(1))
        {
            message.Text(1, capture as string ?? "");
        }

        foreach ((string name, object? capture) in captures?.GetMap("named") ?? [])
        {
            var entry = new FieldWriter();
            entry.Text(1, name);
            entry.Text(2, capture as string ?? "");
            message.Message(2, entry);
        }

        return message.WrittenMemory;
    };

    private static Func<PdkResult, ReadOnlyMemory<byte>> Wrapped(MessageShape shape) =>
        result => shape.Write(new ValueMap { ["v"] = result.Value }).WrittenMemory;

    private static Func<PdkResult, ReadOnlyMemory<byte>> Message(MessageShape shape) =>
        result => result.Value is ValueMap map ? shape.Write(map).WrittenMemory : default;
}
