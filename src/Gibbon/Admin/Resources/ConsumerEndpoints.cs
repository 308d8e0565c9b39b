using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary><c>/consumers?custom_id=…</c>: the consumer with that id elsewhere, in a list of one or none.</summary>
internal static class ConsumerEndpoints
{
    public static ApiEndpoint List(AdminEntities entities)
    {
        EntityOperations consumers = entities["consumers"];
        return ApiEndpoint.Get("/consumers", request => ListAsync(consumers, request));
    }

    private static async ValueTask<ApiAnswer> ListAsync(EntityOperations consumers, ApiRequest request)
    {
        Argument[] given = [.. request.Query.Where(static argument => argument.Name == "custom_id")];
        if (given.Length == 0)
        {
            return await EntityEndpoints.ListAsync(consumers, request);
        }

        if (given is not [{ Value: string { Length: > 0 } customId }])
        {
            return ApiAnswer.Message(400, "custom_id must be an unempty string");
        }

        (ValueMap? consumer, EntityError? error) = await consumers.SelectAsync(EntityAddress.Of("custom_id", customId), request.Cancellation);
        return error is not null
            ? ApiAnswer.Error(error)
            : ApiAnswer.Json(200, new ValueMap { ["data"] = consumer is null ? new ValueList() : new ValueList { consumer }, ["next"] = null });
    }
}
