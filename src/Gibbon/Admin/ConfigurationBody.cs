using System.Text;
using Gibbon.Admin.Requests;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Admin;

/// <summary>A whole configuration that was sent: its document, and the hash of its text when it came as one.</summary>
internal sealed record ConfigurationBody(ValueMap Document, string? Hash)
{
    // JSON is the configuration itself, or a text under "config"; of a form, "config" is the text; everything else is the text.
    public static (ConfigurationBody? Input, ApiAnswer? Refused) Read(ApiRequest request)
    {
        string type = request.Context.Request.ContentType ?? "";
        if (request.Body.IsForm)
        {
            return FromText(request.Body.Values.GetString("config") ?? "");
        }

        if (!type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return FromText(Encoding.UTF8.GetString(request.Body.Bytes.Span));
        }

        ValueMap document = request.Body.Values;
        return !document.ContainsKey("_format_version") && document.TryGetValue("config", out object? config)
            ? config is string { Length: > 0 } text ? FromText(text) : (null, Invalid("failed parsing declarative configuration: expected an object"))
            : (new ConfigurationBody(document, null), null);
    }

    private static (ConfigurationBody? Input, ApiAnswer? Refused) FromText(string text)
    {
        if (text.Length == 0)
        {
            return (null, ApiAnswer.Message(400, "expected a declarative configuration"));
        }

        return DeclarativeText.TryRead(text, null, out ValueMap? document, out string? problem)
            ? (new ConfigurationBody(document, ConfigurationHash.OfText(text)), null)
            : (null, Invalid(problem));
    }

    private static ApiAnswer Invalid(string problem) => ApiAnswer.Json(400, new DeclarativeError(problem).ToBody(flatten: false));
}
