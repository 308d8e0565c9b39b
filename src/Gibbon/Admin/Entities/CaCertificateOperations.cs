using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>CA certificates: one that services or plugins name in their lists, which no foreign key guards, cannot be deleted.</summary>
internal sealed class CaCertificateOperations(AdminEntities entities, Schema schema) : EntityOperations(entities, schema)
{
    private const string List = "ca_certificates";

    public override async ValueTask<EntityResult<bool>> DeleteAsync(EntityAddress address, CancellationToken cancellation)
    {
        if (address.Id is { } id && !Entities.IsWithoutDatabase && await ReferenceAsync(id.ToString(), cancellation) is { } reference)
        {
            return EntityErrors.ReferencedByOthers($"ca certificate {id} is still referenced by {reference}");
        }

        return await base.DeleteAsync(address, cancellation);
    }

    private async ValueTask<string?> ReferenceAsync(string id, CancellationToken cancellation)
    {
        foreach (Schema kind in Entities.Schemas.All)
        {
            bool isPlugins = kind.Name == "plugins";
            if (!isPlugins && kind.Find(List) is null)
            {
                continue;
            }

            await foreach (object entity in Entities.EachAsync(kind.Name, default, cancellation))
            {
                ValueMap values = EntityValues.Of(entity);
                if ((isPlugins ? values.GetMap("config") : values)?.GetList(List)?.Contains(id) == true)
                {
                    return $"{kind.Name} (id = {values.GetString("id")})";
                }
            }
        }

        return null;
    }
}
