using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Multipart forms (RFC 7578): names and contents; a file is its content.</summary>
static class Multipart
{
    public static ValueMap Read(ReadOnlySpan<byte> body, string? boundary)
    {
        var map = new ValueMap();
        if (string.IsNullOrEmpty(boundary))
            return map;

        var delimiter = Encoding.UTF8.GetBytes("--" + boundary);
        var at = body.IndexOf(delimiter);
        while (at >= 0)
        {
            body = body[(at + delimiter.Length)..];
            if (body.StartsWith("--"u8))
                break;

            at = body.IndexOf(delimiter);
            if (at >= 0)
                AddPart(map, body[..at]);
        }

        return map;
    }

    public static ReadOnlyMemory<byte> Write(ValueMap args, string boundary)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in args.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            text.Append("--").Append(boundary).Append("\r\nContent-Disposition: form-data; name=\"").Append(name).Append("\"\r\n\r\n")
                .Append(Value.ToText(value)).Append("\r\n");

        text.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void AddPart(ValueMap map, ReadOnlySpan<byte> part)
    {
        part = WithoutLineEnds(part);
        var headEnd = part.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0 || Name(Encoding.UTF8.GetString(part[..headEnd])) is not { } name)
            return;

        var content = Encoding.UTF8.GetString(part[(headEnd + 4)..]);
        map[name] = map.TryGetValue(name, out var before)
            ? before is ValueList list ? With(list, content) : new ValueList { before, content }
            : content;
    }

    static ReadOnlySpan<byte> WithoutLineEnds(ReadOnlySpan<byte> part)
    {
        if (part.StartsWith("\r\n"u8))
            part = part[2..];

        return part.EndsWith("\r\n"u8) ? part[..^2] : part;
    }

    static ValueList With(ValueList list, string content)
    {
        list.Add(content);
        return list;
    }

    static string? Name(string head)
    {
        foreach (var line in head.Split("\r\n"))
        {
            if (!line.StartsWith("content-disposition:", StringComparison.OrdinalIgnoreCase))
                continue;

            foreach (var parameter in line.Split(';'))
                if (parameter.TrimStart().StartsWith("name=", StringComparison.OrdinalIgnoreCase))
                    return parameter.TrimStart()["name=".Length..].Trim().Trim('"');
        }

        return null;
    }
}
