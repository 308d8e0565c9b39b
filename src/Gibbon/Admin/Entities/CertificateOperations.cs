using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>Certificates, with their server names as if these were a field: entities of their own come and go with it.</summary>
internal sealed class CertificateOperations(AdminEntities entities, Schema schema) : EntityOperations(entities, schema)
{
    private const string Names = "snis";

    private EntityOperations Snis => Entities[Names];

    public override async ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation) =>
        await CheckAsync(input, owner: null, cancellation) is { } refused ? refused : await base.InsertAsync(input, cancellation);

    public override async ValueTask<EntityResult<ValueMap>> UpdateAsync(EntityAddress address, ValueMap changes, CancellationToken cancellation) =>
        await CheckAsync(changes, address.Id, cancellation) is { } refused ? refused : await base.UpdateAsync(address, changes, cancellation);

    public override async ValueTask<EntityResult<ValueMap>> UpsertAsync(EntityAddress address, ValueMap input, CancellationToken cancellation) =>
        await CheckAsync(input, address.Id, cancellation) is { } refused ? refused : await base.UpsertAsync(address, input, cancellation);

    protected override async ValueTask<EntityResult<IReadOnlyList<EntityWrite>>> AccompanyAsync(
        ValueMap entity, ValueMap input, CancellationToken cancellation)
    {
        if (NamesIn(input) is not { } names)
        {
            return default;
        }

        List<EntityWrite> writes = [];
        List<string> present = [];
        foreach (ValueMap sni in await NamesOfAsync(EntityValues.IdOf(entity), Entities.Store, cancellation))
        {
            string name = sni.GetString("name")!;
            present.Add(name);
            if (!names.Contains(name))
            {
                writes.Add(EntityWrite.Delete(Snis.Schema, EntityValues.IdOf(sni)));
            }
        }

        foreach (string name in names.Except(present))
        {
            ValueMap fields = new() { ["name"] = name, ["certificate"] = EntityValues.ReferenceTo(entity) };
            (ValueMap? sni, EntityError? error) = await Snis.MakeAsync(fields, Operation.Insert, cancellation);
            if (sni is null)
            {
                return error!;
            }

            writes.Add(EntityWrite.Insert(Snis.Schema, sni));
        }

        return writes;
    }

    protected override async ValueTask<ValueMap> CompleteAsync(ValueMap shown, IEntityReader reader, CancellationToken cancellation)
    {
        List<ValueMap> snis = await NamesOfAsync(EntityValues.IdOf(shown), reader, cancellation);
        shown[Names] = new ValueList(snis.Select(static sni => sni.Get("name")).OrderBy(static name => (string?)name, StringComparer.Ordinal));
        return shown;
    }

    // Null stands for none; a value that is no list is left to the schema.
    private static List<string>? NamesIn(ValueMap values) => !values.TryGetValue(Names, out object? given) ? null
        : given is null ? []
        : given is ValueList list && list.TrueForAll(static name => name is string) ? [.. list.OfType<string>().Order(StringComparer.Ordinal)]
        : null;

    // Before the certificate itself is looked at, as Kong does.
    private async ValueTask<EntityError?> CheckAsync(ValueMap input, Guid? owner, CancellationToken cancellation)
    {
        if (NamesIn(input) is not { } names)
        {
            return null;
        }

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

    private async ValueTask<List<ValueMap>> NamesOfAsync(Guid certificate, IEntityReader reader, CancellationToken cancellation)
    {
        List<ValueMap> names = [];
        EntityQuery query = new() { ForeignField = "certificate", ForeignId = certificate };
        await foreach (object sni in Entities.EachAsync(reader, Names, query, cancellation))
        {
            names.Add(EntityValues.Of(sni));
        }

        return names;
    }

    private static EntityError Violation(string reason) => EntityErrors.SchemaViolation(new SchemaErrors(Names, reason));
}
