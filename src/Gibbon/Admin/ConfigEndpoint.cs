using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary><c>/config</c> of a node without a database: the whole configuration, written (POST) and read (GET).</summary>
internal sealed class ConfigEndpoint(ConfigurationSource source, EntityStore store)
{
    public ApiEndpoint Endpoint => new(
        "/config",
        new Dictionary<string, ApiHandler>(StringComparer.Ordinal)
        {
            ["GET"] = _ => new ValueTask<ApiAnswer>(Read()),
            ["POST"] = WriteAsync,
        });

    private ApiAnswer Read() => ApiAnswer.Json(200, new ValueMap { ["config"] = DeclarativeExport.Write(store.Current, store.Schemas) });

    private async ValueTask<ApiAnswer> WriteAsync(HttpContext context)
    {
        string type = (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        (ConfigurationInput? input, ApiAnswer? refused) = await ReadInputAsync(context.Request, type).ConfigureAwait(false);
        if (input is null)
        {
            return refused!;
        }

        if (context.Request.Query["check_hash"] == "1" && input.Hash == store.Current.Hash)
        {
            return new ApiAnswer(304);
        }

        bool flatten = context.Request.Query["flatten_errors"] == "1";
        ConfigurationResult result = source.TryLoad(input.Document, input.Hash);
        return result.Outcome switch
        {
            ConfigurationOutcome.Loaded => ApiAnswer.Json(201, DeclarativeExport.ById(store.Current, store.Schemas)),
            ConfigurationOutcome.Busy => Busy(),
            _ => ApiAnswer.Json(400, result.Error!.ToBody(flatten)),
        };
    }

    private static ApiAnswer Busy()
    {
        ApiAnswer answer = ApiAnswer.Message(429, "Currently loading previous configuration");
        answer.Headers["Retry-After"] = "1";
        return answer;
    }

    private static async ValueTask<(ConfigurationInput? Input, ApiAnswer? Refused)> ReadInputAsync(HttpRequest request, string type)
    {
        switch (type)
        {
            case "application/json":
                return FromJson(await ReadBodyAsync(request).ConfigureAwait(false));
            case "text/yaml" or "text/x-yaml" or "application/yaml" or "application/x-yaml":
                return FromText(Encoding.UTF8.GetString(await ReadBodyAsync(request).ConfigureAwait(false)));
            case "application/x-www-form-urlencoded" or "multipart/form-data":
                IFormCollection form = await request.ReadFormAsync().ConfigureAwait(false);
                string? text = form["config"];
                if (text is null && form.Files.GetFile("config") is { } file)
                {
                    using StreamReader reader = new(file.OpenReadStream());
                    text = await reader.ReadToEndAsync().ConfigureAwait(false);
                }

                return FromText(text ?? "");
            default:
                return (null, Api.BarePage(415, "Unsupported Media Type"));
        }
    }

    private static (ConfigurationInput? Input, ApiAnswer? Refused) FromJson(byte[] body)
    {
        if (!ValueJson.TryRead(body, out object? value, out _))
        {
            return (null, ApiAnswer.Message(400, "Cannot parse JSON body"));
        }

        if (value is not ValueMap document)
        {
            return (null, Invalid("failed parsing declarative configuration: expected an object"));
        }

        return !document.ContainsKey("_format_version") && document.TryGetValue("config", out object? config)
            ? config is string { Length: > 0 } text ? FromText(text) : (null, Invalid("failed parsing declarative configuration: expected an object"))
            : (new ConfigurationInput(document, null), null);
    }

    private static (ConfigurationInput? Input, ApiAnswer? Refused) FromText(string text)
    {
        if (text.Length == 0)
        {
            return (null, ApiAnswer.Message(400, "expected a declarative configuration"));
        }

        return DeclarativeText.TryRead(text, null, out ValueMap? document, out string? problem)
            ? (new ConfigurationInput(document, ConfigurationHash.OfText(text)), null)
            : (null, Invalid(problem));
    }

    private static ApiAnswer Invalid(string problem) => ApiAnswer.Json(400, new DeclarativeError(problem).ToBody(flatten: false));

    private static async ValueTask<byte[]> ReadBodyAsync(HttpRequest request)
    {
        using MemoryStream content = new();
        await request.Body.CopyToAsync(content).ConfigureAwait(false);
        return content.ToArray();
    }

    private sealed record ConfigurationInput(ValueMap Document, string? Hash);
}
