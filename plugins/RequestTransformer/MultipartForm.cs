using System.Buffers;
using System.Text;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>A multipart form (RFC 7578), taken apart so far that parts which nobody touches are sent byte for byte as they came.</summary>
sealed class MultipartForm
{
    readonly byte[] boundary;
    readonly List<Part> parts = [];

    MultipartForm(byte[] boundary) => this.boundary = boundary;

    /// <summary>Reads a form; <c>null</c> if the type names no boundary.</summary>
    /// <param name="body">The form.</param>
    /// <param name="contentType">Its type.</param>
    public static MultipartForm? Read(ReadOnlyMemory<byte> body, string contentType)
    {
        if (Boundary(contentType) is not { Length: > 0 } name)
            return null;

        var form = new MultipartForm(Encoding.UTF8.GetBytes("--" + name));
        var at = body.Span.IndexOf(form.boundary);
        while (at >= 0)
        {
            body = body[(at + form.boundary.Length)..];
            at = body.Span.IndexOf(form.boundary);
            if (body.Span.StartsWith("--"u8) || at < 0)
                break;

            form.parts.Add(Part.Read(Trim(body[..at])));
        }

        return form;
    }

    /// <summary>The content of the first part of a name; <c>null</c> if there is none.</summary>
    public ReadOnlyMemory<byte>? Find(string name) => parts.Find(part => part.Name == name)?.Content;

    /// <summary>Takes all parts of a name out.</summary>
    public void Remove(string name) => parts.RemoveAll(part => part.Name == name);

    /// <summary>Puts a part in the place of the first of its name, or at the end.</summary>
    public void Set(string name, ReadOnlyMemory<byte> content)
    {
        var at = parts.FindIndex(part => part.Name == name);
        if (at < 0)
            Add(name, content);
        else
            parts[at] = Part.Make(name, content);
    }

    /// <summary>Puts a part at the end.</summary>
    public void Add(string name, ReadOnlyMemory<byte> content) => parts.Add(Part.Make(name, content));

    /// <summary>The form's bytes.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var part in parts)
        {
            output.Write(boundary);
            output.Write("\r\n"u8);
            output.Write(part.Whole.Span);
            output.Write("\r\n"u8);
        }

        output.Write(boundary);
        output.Write("--\r\n"u8);
        return output.WrittenMemory;
    }

    static string? Boundary(string contentType)
    {
        const string parameter = "boundary=";
        var at = contentType.IndexOf(parameter, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : contentType[(at + parameter.Length)..].Split(';')[0].Trim().Trim('"');
    }

    static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> part)
    {
        if (part.Span.StartsWith("\r\n"u8))
            part = part[2..];

        return part.Span.EndsWith("\r\n"u8) ? part[..^2] : part;
    }

    sealed record Part(string? Name, ReadOnlyMemory<byte> Whole, ReadOnlyMemory<byte> Content)
    {
        public static Part Make(string name, ReadOnlyMemory<byte> content)
        {
            var head = $"Content-Disposition: form-data; name=\"{name}\"\r\n\r\n";
            return new Part(name, (byte[])[.. Encoding.UTF8.GetBytes(head), .. content.Span], content);
        }

        public static Part Read(ReadOnlyMemory<byte> whole)
        {
            var end = whole.Span.IndexOf("\r\n\r\n"u8);
            return end < 0
                ? new Part(null, whole, whole)
                : new Part(NameIn(Encoding.UTF8.GetString(whole.Span[..end])), whole, whole[(end + 4)..]);
        }

        static string? NameIn(string head) =>
            (from line in head.Split("\r\n")
             where line.StartsWith("content-disposition:", StringComparison.OrdinalIgnoreCase)
             from parameter in line.Split(';')
             where parameter.TrimStart().StartsWith("name=", StringComparison.OrdinalIgnoreCase)
             select parameter.TrimStart()["name=".Length..].Trim().Trim('"')).FirstOrDefault();
    }
}
