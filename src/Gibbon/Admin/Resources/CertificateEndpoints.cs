using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary><c>/certificates/:certificates</c>, where a server name may stand in for the id.</summary>
internal static class CertificateEndpoints
{
    private const string Kind = "certificates";

    public static IEnumerable<ApiEndpoint> All(AdminEntities entities)
    {
        EntityOperations certificates = entities[Kind];
        ApiFilter byName = request => ResolveAsync(entities, request);
        yield return ApiEndpoint.Of(
            "/certificates/:certificates",
            ("GET", request => GetAsync(certificates, request)),
            ("PUT", request => PutAsync(certificates, request)),
            ("PATCH", async request => EntityEndpoints.Show(
                await certificates.UpdateAsync(Address(request), Names(request, certificates.Schema), request.Cancellation)))) with { Before = byName };
        yield return ApiEndpoint.Of("/certificates/:certificates/snis") with { Before = byName };
        yield return ApiEndpoint.Of("/certificates/:certificates/snis/:snis") with { Before = byName };
    }

    private static EntityAddress Address(ApiRequest request) => EntityAddress.Of(Guid.Parse(request.Parameter(Kind))) with { IfMatch = request.IfMatch };

    // Unlike other entities, one that is not there is told in the words of the store.
    private static async ValueTask<ApiAnswer> GetAsync(EntityOperations certificates, ApiRequest request)
    {
        (ValueMap? certificate, EntityError? error) = await certificates.SelectAsync(Address(request), request.Cancellation);
        return certificate is not null ? ApiAnswer.Entity(200, certificate) : ApiAnswer.Error(error ?? Address(request).NotFound());
    }

    private static async ValueTask<ApiAnswer> PutAsync(EntityOperations certificates, ApiRequest request)
    {
        ValueMap input = Names(request, certificates.Schema);
        string sent = Uri.UnescapeDataString(request.Sent(Kind));
        if (input.Get("snis") is not ValueList names)
        {
            input["snis"] = null;
        }
        else if (!Guid.TryParseExact(sent, "D", out _) && !names.Contains(sent))
        {
            names.Add(sent);
        }

        return EntityEndpoints.Show(await certificates.UpsertAsync(Address(request), input, request.Cancellation));
    }

    // One name may come without a list around it.
    private static ValueMap Names(ApiRequest request, Schema schema)
    {
        ValueMap input = request.Arguments(schema);
        if (input.GetString("snis") is { } name)
        {
            input["snis"] = new ValueList { name };
        }

        return input;
    }

    private static async ValueTask<ApiAnswer?> ResolveAsync(AdminEntities entities, ApiRequest request)
    {
        if (Guid.TryParseExact(request.Parameter(Kind), "D", out _))
        {
            return null;
        }

        EntityOperations snis = entities["snis"];
        if (!EntityAddress.TryRead(snis.Schema, request.Parameter(Kind), out EntityAddress address, out EntityError? error))
        {
            return ApiAnswer.Error(error);
        }

        (ValueMap? sni, EntityError? failure) = await snis.SelectAsync(address, request.Cancellation);
        if (failure is not null)
        {
            return ApiAnswer.Error(failure);
        }

        if (sni is null && request.Method != "PUT")
        {
            return ApiAnswer.Message(404, "SNI not found");
        }

        Guid id = sni is null ? Guid.NewGuid() : EntityValues.Foreign(sni, "certificate") ?? Guid.NewGuid();
        request.Replace(Kind, id.ToString());
        return null;
    }
}
