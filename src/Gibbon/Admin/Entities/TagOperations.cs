using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Entities;

/// <summary>Tags follow from the entities that have them: nobody writes them.</summary>
internal sealed class TagOperations(AdminEntities entities, Schema schema) : EntityOperations(entities, schema)
{
    private static EntityError Refusal => EntityErrors.SchemaViolation(
        new SchemaErrors("tags", "does not support insert/upsert/update/delete operations"));

    public override ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation) => new(Refusal);

    public override ValueTask<EntityResult<ValueMap>> UpdateAsync(EntityAddress address, ValueMap changes, CancellationToken cancellation) => new(Refusal);

    public override ValueTask<EntityResult<ValueMap>> UpsertAsync(EntityAddress address, ValueMap input, CancellationToken cancellation) => new(Refusal);

    public override ValueTask<EntityResult<bool>> DeleteAsync(EntityAddress address, CancellationToken cancellation) => new(Refusal);
}
