using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Admin.Requests;

namespace Gibbon.Admin;

/// <summary><c>/config</c> of a node without a database: the whole configuration, written (POST) and read (GET).</summary>
internal sealed class ConfigEndpoint(ConfigurationSource source, EntityStore store, bool isWithoutDatabase)
{
    public ApiEndpoint Endpoint => ApiEndpoint.Of("/config", ("GET", _ => Only(Read)), ("POST", request => Only(() => Write(request)))) with { TakesYaml = true };

    private ValueTask<ApiAnswer> Only(Func<ApiAnswer> answer) => new(
        isWithoutDatabase ? answer() : ApiAnswer.Message(400, "this endpoint is only available when Kong is configured to not use a database"));

    private ApiAnswer Read() => ApiAnswer.Json(200, new ValueMap { ["config"] = DeclarativeExport.Write(store.Current, store.Schemas) });

    private ApiAnswer Write(ApiRequest request)
    {
        (ConfigurationInput? input, ApiAnswer? refused) = Input(request);
        if (input is null)
        {
            return refused!;
        }

        if (request.QueryText("check_hash") == "1" && input.Hash == store.Current.Hash)
        {
            return new ApiAnswer(304);
        }

        bool flatten = request.QueryText("flatten_errors")?.ToLowerInvariant() is "1" or "true" or "on" or "yes";
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

    // JSON is the configuration itself, or a text under "config"; of a form, "config" is the text; everything else is the text.
    private static (ConfigurationInput? Input, ApiAnswer? Refused) Input(ApiRequest request)
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

    private sealed record ConfigurationInput(ValueMap Document, string? Hash);
}
