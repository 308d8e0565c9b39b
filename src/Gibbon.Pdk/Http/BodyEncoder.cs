using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Data to bodies: what is behind <c>kong.service.request.set_body</c>.</summary>
static class BodyEncoder
{
    /// <summary>The body, and the <c>Content-Type</c> that goes with it.</summary>
    /// <exception cref="KongArgumentException">The type is not known, or cannot express a value. The text is Kong's.</exception>
    public static (ReadOnlyMemory<byte> Body, string ContentType) Encode(ValueMap args, string mimeType)
    {
        // Kong compares the type as it is, in upper or lower case and with spaces before the semicolon.
        switch (MimeTypes.WithoutParameters(mimeType))
        {
            case MimeTypes.Form:
                return (Encoding.UTF8.GetBytes(QueryString.Write(Arguments(args))), mimeType);
            case MimeTypes.Json:
                return (ValueJson.Write(args), mimeType);
            case MimeTypes.Multipart:
                CheckScalars(args);
                var boundary = MimeTypes.Boundary(mimeType) ?? NewBoundary(args);
                return (Multipart.Write(args, boundary), $"{MimeTypes.Multipart}; boundary={boundary}");
            default:
                throw new KongArgumentException($"unsupported content type {mimeType}", nameof(mimeType));
        }
    }

    static QueryMap Arguments(ValueMap args)
    {
        var map = new QueryMap();
        foreach (var (name, value) in args)
            map[name] = value is ValueList list ? Occurrences(name, list) : One(name, value);

        return map;
    }

    static QueryValue Occurrences(string name, ValueList list)
    {
        var found = default(QueryValue);
        foreach (var item in list)
            if (One(name, item) is { Exists: true } one)
                found = found.With(one.First);

        return found;
    }

    static QueryValue One(string name, object? value) => value switch
    {
        null => default,
        bool flag => flag,
        ValueMap or ValueList => throw new KongArgumentException(
            $"attempt to use table as query arg value: {name}", nameof(value)),
        _ => Value.ToText(value),
    };

    static void CheckScalars(ValueMap args)
    {
        foreach (var (name, value) in args)
            if (value is null or ValueMap or ValueList)
                throw new KongArgumentException(
                    $"invalid value \"{name}\": got {(value is null ? "nil" : "table")}, expected string, number or boolean", nameof(args));
    }

    static string NewBoundary(ValueMap args)
    {
        string boundary;
        do
            boundary = RandomNumberGenerator.GetInt32(int.MaxValue).ToString(CultureInfo.InvariantCulture);
        while (args.Values.Any(value => Value.ToText(value).Contains("\n--" + boundary, StringComparison.Ordinal)));

        return boundary;
    }
}
