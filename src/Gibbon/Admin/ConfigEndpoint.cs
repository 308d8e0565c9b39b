using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Versions;
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
        (ConfigurationBody? input, ApiAnswer? refused) = ConfigurationBody.Read(request);
        if (input is null)
        {
            return refused!;
        }

        if (request.QueryText("check_hash") == "1" && input.Hash == store.Current.Hash)
        {
            return new ApiAnswer(304);
        }

        ChangeNote.Current = (ChangeNote.Current ?? new ChangeNote("config")) with { Source = "config" };
        bool flatten = request.QueryText("flatten_errors")?.ToLowerInvariant() is "1" or "true" or "on" or "yes";
        ConfigurationResult result = source.TryLoad(input.Document, input.Hash);
        return result.Outcome switch
        {
            ConfigurationOutcome.Loaded => ApiAnswer.Json(201, DeclarativeExport.ById(store.Current, store.Schemas, result.Configuration!)),
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
}
