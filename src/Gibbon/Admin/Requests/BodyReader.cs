using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Gibbon.Admin.Requests;

/// <summary>Reads bodies: which are let in at all, how large they may be, and what each type of content says.</summary>
internal sealed class BodyReader(long mostBytes)
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data";

    /// <summary>Whether a request may come in, judged by its head. Only the methods that have bodies are looked at.</summary>
    /// <returns>Why it may not; null when it may.</returns>
    public ApiAnswer? Refuse(HttpRequest request, bool takesYaml)
    {
        if (mostBytes > 0 && request.ContentLength > mostBytes)
        {
            return TooLarge();
        }

        if (!HasBody(request.Method))
        {
            return null;
        }

        Microsoft.Extensions.Primitives.StringValues types = request.Headers.ContentType;
        return types.Count switch
        {
            0 => request.ContentLength is null or 0 && !IsChunked(request) ? null : Unsupported(),
            1 => IsKnown(types[0]!, takesYaml) ? null : Unsupported(),
            _ => new ApiAnswer(400) { Body = "Multiple Content-Type headers not allowed"u8.ToArray(), ContentType = "text/plain; charset=UTF-8" },
        };
    }

    /// <summary>Reads the body of a request that may have one.</summary>
    public async ValueTask<(ApiBody Body, ApiAnswer? Refused)> ReadAsync(HttpRequest request)
    {
        if (!HasBody(request.Method) || request.Headers.ContentType.Count == 0)
        {
            return (ApiBody.None, null);
        }

        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (mostBytes > 0 && read.Buffer.Length > mostBytes)
            {
                return (ApiBody.None, TooLarge());
            }

            if (read.IsCompleted)
            {
                byte[] content = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return await TakeApartAsync(content, request.Headers.ContentType[0]!);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async ValueTask<(ApiBody Body, ApiAnswer? Refused)> TakeApartAsync(ReadOnlyMemory<byte> bytes, string type)
    {
        string lower = type.ToLowerInvariant();
        if (lower.StartsWith(Json, StringComparison.Ordinal))
        {
            return ApiBody.OfJson(bytes) is { } json ? (json, null) : (ApiBody.None, ApiAnswer.Message(400, "Cannot parse JSON body"));
        }

        List<Argument>? form = lower.StartsWith(Form, StringComparison.Ordinal) ? Argument.Read(Encoding.UTF8.GetString(bytes.Span))
            : lower.StartsWith(Multipart, StringComparison.Ordinal) ? await PartsAsync(bytes, type)
            : null;
        return form switch
        {
            null => (ApiBody.Of(bytes), null),
            { Count: > Argument.Most } => (ApiBody.None, TooMany()),
            _ => (ApiBody.OfForm(bytes, form), null),
        };
    }

    // A form that breaks off counts as far as it can be read.
    private static async ValueTask<List<Argument>> PartsAsync(ReadOnlyMemory<byte> bytes, string type)
    {
        List<Argument> parts = [];
        string? boundary = MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? media) ? HeaderUtilities.RemoveQuotes(media.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary))
        {
            return parts;
        }

        try
        {
            MultipartReader reader = new(boundary, new MemoryStream(bytes.ToArray(), writable: false)) { BodyLengthLimit = null };
            while (parts.Count <= Argument.Most && await reader.ReadNextSectionAsync() is { } section)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
                    && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } name)
                {
                    parts.Add(new Argument(name, await PartAsync(section)));
                }
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            return parts;
        }

        return parts;
    }

    private static async ValueTask<object?> PartAsync(MultipartSection section)
    {
        using MemoryStream content = new();
        await section.Body.CopyToAsync(content);
        byte[] bytes = content.ToArray();
        return section.ContentType is { } type && type.StartsWith(Json, StringComparison.OrdinalIgnoreCase)
            && Pdk.ValueJson.TryRead(bytes, out object? json, out _) ? json : Encoding.UTF8.GetString(bytes);
    }

    public static ApiAnswer TooMany() => ApiAnswer.Message(400, "Too many arguments");

    private static bool HasBody(string method) => method is "POST" or "PUT" or "PATCH";

    private static bool IsChunked(HttpRequest request) => request.Headers.TransferEncoding.Count > 0
        || (HttpProtocol.IsHttp2(request.Protocol) && request.ContentLength is null && request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);

    // The beginning counts, and its case: "Application/JSON" is unknown to Kong.
    private static bool IsKnown(string type, bool takesYaml) =>
        type.StartsWith(Json, StringComparison.Ordinal) || type.StartsWith(Form, StringComparison.Ordinal)
        || type.StartsWith(Multipart, StringComparison.Ordinal)
        || (takesYaml && (type.StartsWith("application/yaml", StringComparison.Ordinal) || type.StartsWith("text/yaml", StringComparison.Ordinal)));

    private static ApiAnswer Unsupported() => ApiAnswer.Page(415, "Unsupported Media Type");

    private static ApiAnswer TooLarge() => ApiAnswer.Page(413, "Request Entity Too Large") with { ClosesConnection = true };
}
