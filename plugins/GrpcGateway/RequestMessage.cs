using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Grpc;
using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>Makes the message of a request: of its path, and of its body or its query.</summary>
static class RequestMessage
{
    /// <summary>Makes the message, in its frame.</summary>
    /// <param name="route">The route.</param>
    /// <param name="fields">The fields that the path gives; the others are added.</param>
    /// <param name="body">The body.</param>
    /// <param name="query">The query.</param>
    /// <returns>The frame, or what is wrong with the request.</returns>
    public static Result<byte[]> Make(HttpRoute route, ValueMap fields, ReadOnlySpan<byte> body, QueryMap query)
    {
        var input = route.Method.Input;
        if (route.Body is null)
            AddQuery(input, fields, query);
        else if (!body.IsEmpty && AddBody(fields, route.Body, body) is { } error)
            return Result.Failure<byte[]>(error);

        return ProtoEncoder.TryEncode(input, fields, out var message)
            ? GrpcFrames.Frame(GrpcFrames.Message, message)
            : Result.Failure<byte[]>("failed to encode payload");
    }

    /// <summary>Sets a field, which may lie in others: <c>shelf.name</c>.</summary>
    public static void Set(ValueMap fields, string path, object? value)
    {
        var names = path.Split('.', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.AsSpan(0, Math.Max(0, names.Length - 1)))
        {
            if (fields.GetMap(name) is not { } nested)
                fields[name] = nested = [];

            fields = nested;
        }

        if (names.Length > 0)
            fields[names[^1]] = value;
    }

    static string? AddBody(ValueMap fields, string field, ReadOnlySpan<byte> body)
    {
        if (!ValueJson.TryRead(body, out var value, out var error))
            return $"decode json err: {error}";

        if (field != "*")
        {
            fields[field] = value;
            return null;
        }

        if (value is not ValueMap map)
            return value is ValueList ? null : "body must be a table";

        foreach (var (name, member) in map)
            fields[name] = member;

        return null;
    }

    static void AddQuery(ProtoMessage input, ValueMap fields, QueryMap query)
    {
        foreach (var (path, value) in query)
            Set(fields, path, Value(Find(input, path), value));
    }

    static object Value(ProtoField? field, QueryValue value)
    {
        if (value.Count == 1 && field is not { IsRepeated: true })
            return Text(value[0]);

        var list = new ValueList();
        for (var i = 0; i < value.Count; i++)
            list.Add(Text(value[i]));

        return list;
    }

    // An argument without a value is a flag.
    static object Text(string? text) => text ?? (object)true;

    static ProtoField? Find(ProtoMessage input, string path)
    {
        ProtoField? field = null;
        var message = input;
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            field = message?.Find(name);
            message = field?.Message;
        }

        return field;
    }
}
