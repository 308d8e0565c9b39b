using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>Certificates, with their server names as if these were a field: entities of their own come and go with it.</summary>
internal sealed class CertificateOperations(AdminEntities entities, Schema schema) : EntityOperations(entities, schema)
{
    private const string Names = "snis";

    private EntityOperations Snis => Entities[Names];

    public override async ValueTask<EntityResult<ValueMap?>> SelectAsync(EntityAddress address, CancellationToken cancellation)
    {
        EntityResult<ValueMap?> found = await base.SelectAsync(address, cancellation);
        return found is { IsOk: true, Value: { } certificate } ? await WithNamesAsync(certificate, cancellation) : found;
    }

    public override async ValueTask<EntityResult<EntityPage<ValueMap>>> PageAsync(EntityQuery query, CancellationToken cancellation)
    {
        (EntityPage<ValueMap>? page, EntityError? error) = await base.PageAsync(query, cancellation);
        foreach (ValueMap certificate in page?.Entities ?? [])
        {
            await WithNamesAsync(certificate, cancellation);
        }

        return page is null ? error! : page;
    }

    public override async ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation)
    {
        List<string>? names = NamesIn(input);
        if (names is not null && await CheckAsync(names, owner: null, cancellation) is { } refused)
        {
            return refused;
        }

        (ValueMap? certificate, EntityError? error) = await base.InsertAsync(input, cancellation);
        return certificate is null ? error! : await SetNamesAsync(certificate, names ?? [], cancellation);
    }

    public override async ValueTask<EntityResult<ValueMap>> UpdateAsync(EntityAddress address, ValueMap changes, CancellationToken cancellation) =>
        await WriteAsync(address, changes, base.UpdateAsync, cancellation);

    public override async ValueTask<EntityResult<ValueMap>> UpsertAsync(EntityAddress address, ValueMap input, CancellationToken cancellation) =>
        await WriteAsync(address, input, base.UpsertAsync, cancellation);

    public override async ValueTask<EntityResult<bool>> DeleteAsync(EntityAddress address, CancellationToken cancellation)
    {
        if (address.Id is not { } id || Entities.IsWithoutDatabase)
        {
            return await base.DeleteAsync(address, cancellation);
        }

        // Asked before anything goes: the names of a certificate that must stay have to stay too.
        foreach (ForeignField foreign in Entities.Schemas.Children(Schema.Name))
        {
            if (foreign.Entity != Names && await Entities.AnyAsync(foreign, id, cancellation))
            {
                return EntityErrors.ReferencedBy(foreign.Entity, Schema.Name);
            }
        }

        EntityResult<bool> gone = await RemoveAsync(await NamesOfAsync(id, cancellation), cancellation);
        return gone.IsOk ? await base.DeleteAsync(address, cancellation) : gone;
    }

    private async ValueTask<EntityResult<ValueMap>> WriteAsync(
        EntityAddress address, ValueMap values, Func<EntityAddress, ValueMap, CancellationToken, ValueTask<EntityResult<ValueMap>>> write, CancellationToken cancellation)
    {
        List<string>? names = NamesIn(values);
        if (names is not null && await CheckAsync(names, address.Id, cancellation) is { } refused)
        {
            return refused;
        }

        (ValueMap? certificate, EntityError? error) = await write(address, values, cancellation);
        return certificate is null ? error!
            : names is null ? await WithNamesAsync(certificate, cancellation)
            : await SetNamesAsync(certificate, names, cancellation);
    }

    // Null stands for none; a value that is no list is left to the schema.
    private static List<string>? NamesIn(ValueMap values) => !values.TryGetValue(Names, out object? given) ? null
        : given is null ? []
        : given is ValueList list && list.TrueForAll(static name => name is string) ? [.. list.OfType<string>().Order(StringComparer.Ordinal)]
        : null;

    private async ValueTask<EntityError?> CheckAsync(List<string> names, Guid? owner, CancellationToken cancellation)
    {
        if (names.GroupBy(static name => name).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            return Violation($"{twice.Key} is duplicated");
        }

        foreach (string name in names)
        {
            if (Snis.Schema.CheckField("name", name) is string fault)
            {
                return EntityErrors.InvalidUnique("name", fault);
            }

            (ValueMap? sni, EntityError? error) = await Snis.SelectAsync(EntityAddress.Of("name", name), cancellation);
            if (error is not null)
            {
                return error;
            }

            if (sni is not null && EntityValues.Foreign(sni, "certificate") is { } other && other != owner)
            {
                return Violation($"{name} already associated with existing certificate '{other}'");
            }
        }

        return null;
    }

    private async ValueTask<EntityResult<ValueMap>> SetNamesAsync(ValueMap certificate, List<string> names, CancellationToken cancellation)
    {
        List<string> present = await NamesOfAsync(EntityValues.IdOf(certificate), cancellation);
        foreach (string name in names.Except(present))
        {
            ValueMap sni = new() { ["name"] = name, ["certificate"] = EntityValues.ReferenceTo(certificate) };
            if ((await Snis.InsertAsync(sni, cancellation)).Error is { } error)
            {
                return error;
            }
        }

        EntityResult<bool> gone = await RemoveAsync(present.Except(names), cancellation);
        certificate[Names] = new ValueList(names);
        return gone.IsOk ? certificate : gone.Error;
    }

    private async ValueTask<EntityResult<bool>> RemoveAsync(IEnumerable<string> names, CancellationToken cancellation)
    {
        foreach (string name in names)
        {
            EntityResult<bool> gone = await Snis.DeleteAsync(EntityAddress.Of("name", name), cancellation);
            if (!gone.IsOk)
            {
                return gone;
            }
        }

        return true;
    }

    private async ValueTask<ValueMap> WithNamesAsync(ValueMap certificate, CancellationToken cancellation)
    {
        certificate[Names] = new ValueList(await NamesOfAsync(EntityValues.IdOf(certificate), cancellation));
        return certificate;
    }

    private async ValueTask<List<string>> NamesOfAsync(Guid certificate, CancellationToken cancellation)
    {
        List<string> names = [];
        EntityQuery query = new() { ForeignField = "certificate", ForeignId = certificate };
        await foreach (object sni in Entities.EachAsync(Names, query, cancellation))
        {
            names.Add(EntityValues.Of(sni).GetString("name")!);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static EntityError Violation(string reason) => EntityErrors.SchemaViolation(new SchemaErrors(Names, reason));
}
