using Gibbon.Admin.Requests;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Resources;

/// <summary><c>/schemas/…</c>: what entities, plugins and vaults look like, and whether something is one.</summary>
internal sealed class SchemaEndpoints(EntitySchemas schemas)
{
    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Get("/schemas/:name", request => Show(request.Parameter("name"), schemas.Find(request.Parameter("name")), "entity")),
        ApiEndpoint.Get("/schemas/plugins/:name", request => ShowSubschema(request, "plugins", "plugin")),
        ApiEndpoint.Get("/schemas/vaults/:name", request => ShowSubschema(request, "vaults", "vault")),
        ApiEndpoint.Get("/schemas/filters/:name", static request => ApiAnswer.Message(404, $"Filter '{request.Parameter("name")}' not found")),
        Validation("/schemas/plugins/validate", static _ => "plugins"),
        Validation("/schemas/vaults/validate", static _ => "vaults"),
        Validation("/schemas/:db_entity_name/validate", static request => request.Parameter("db_entity_name")),
    ];

    private ApiAnswer ShowSubschema(ApiRequest request, string kind, string word)
    {
        string name = request.Parameter("name");
        return Show(name, schemas.Find(kind)!.Subschemas.GetValueOrDefault(name), word);
    }

    private static ApiAnswer Show(string name, Schema? schema, string word) =>
        schema is null ? ApiAnswer.Message(404, $"No {word} named '{name}'") : ApiAnswer.Json(200, schema.Describe());

    private ApiEndpoint Validation(string path, Func<ApiRequest, string> kind) =>
        ApiEndpoint.Of(path, ("POST", request => new ValueTask<ApiAnswer>(Validate(kind(request), request)))) with { ChangesNothing = true };

    private ApiAnswer Validate(string kind, ApiRequest request)
    {
        if (schemas.Find(kind) is not { } schema)
        {
            return ApiAnswer.Message(404, $"No entity named '{kind}'");
        }

        ValueMap input = request.Body.PlainArguments();
        foreach (Argument argument in request.Query)
        {
            input.TryAdd(argument.Name, argument.Value);
        }

        return schema.Create(input, Operation.Insert, out _) is { } errors
            ? ApiAnswer.Error(EntityErrors.SchemaViolation(errors))
            : ApiAnswer.Message(200, "schema validation successful");
    }
}
