using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Bodies to data: the one implementation behind <c>get_body</c> of the request and of the service's response.</summary>
static class BodyDecoder
{
    /// <summary>The failure of a media type that is absent or cannot be decoded; <c>null</c> if it can.</summary>
    public static DecodedBody? Refuse(string? mimeType)
    {
        if (mimeType is null)
            return DecodedBody.Failure("missing content type", null);

        return Kind(mimeType) is MimeTypes.Form or MimeTypes.Json or MimeTypes.Multipart
            ? null
            : DecodedBody.Failure($"unsupported content type '{mimeType}'", Kind(mimeType));
    }

    /// <summary>Which of the known types a type is: by its beginning, as Kong compares; the type in lower case if none.</summary>
    public static string Kind(string mimeType)
    {
        var lower = MimeTypes.WithoutParameters(mimeType).ToLowerInvariant();
        ReadOnlySpan<string> known = [MimeTypes.Form, MimeTypes.Json, MimeTypes.Multipart];
        foreach (var kind in known)
            if (lower.StartsWith(kind, StringComparison.Ordinal))
                return kind;

        return lower;
    }

    public static DecodedBody Decode(ReadOnlyMemory<byte> body, string mimeType, int maxArgs) => Kind(mimeType) switch
    {
        MimeTypes.Form => DecodedBody.Success(FromForm(body.Span, maxArgs), MimeTypes.Form),
        MimeTypes.Json => FromJson(body.Span),
        _ => DecodedBody.Success(Multipart.Read(body.Span, MimeTypes.Boundary(mimeType)), MimeTypes.Multipart),
    };

    static DecodedBody FromJson(ReadOnlySpan<byte> body) =>
        ValueJson.TryRead(body, out var value, out _) && value is ValueMap or ValueList
            ? DecodedBody.Success(value, MimeTypes.Json)
            : DecodedBody.Failure("invalid json body", MimeTypes.Json);

    static ValueMap FromForm(ReadOnlySpan<byte> body, int maxArgs)
    {
        var map = new ValueMap();
        foreach (var (name, value) in QueryString.Parse(Encoding.UTF8.GetString(body), maxArgs))
            map[name] = value.Count == 1 ? Argument(value, 0) : Arguments(value);

        return map;
    }

    static object Argument(QueryValue value, int index) => value[index] ?? (object)true;

    static ValueList Arguments(QueryValue value)
    {
        var list = new ValueList();
        for (var i = 0; i < value.Count; i++)
            list.Add(Argument(value, i));

        return list;
    }
}
