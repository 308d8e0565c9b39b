using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Applying;

/// <summary>The changes that make entities again what they were.</summary>
internal static class Earlier
{
    /// <param name="present">What is stored.</param>
    /// <param name="since">Of every entity that has changed since then the first change; the state before it is wanted again.</param>
    /// <param name="schemas">What can be stored.</param>
    public static WholePlan Plan(EntitySet present, IReadOnlyList<VersionChange> since, EntitySchemas schemas)
    {
        List<ChangedEntity> changes = [];
        foreach (VersionChange first in since)
        {
            if (schemas.Find(first.Kind) is not { } schema)
            {
                return Refused($"'{first.Kind}' are not known any more: the plugin that brought them is not enabled");
            }

            object? now = present[first.Kind].Find(first.Id);
            object? then = null;
            if (first.Before is { } values)
            {
                // A plugin may have another schema now, or not be enabled.
                ValueMap known = schema.Select(values);
                if (schema.Validate(known, Operation.Upsert) is { } errors)
                {
                    return Refused($"'{first.Kind}' entity '{first.Id}' is not valid any more: {EntityErrors.SchemaViolation(errors).Message}");
                }

                then = schema.ClrType is null ? known : schema.Bind(known);
            }

            if ((now, then) is not (null, null) && !(now is not null && then is not null && StructuralComparer.SayTheSame(now, then)))
            {
                changes.Add(new ChangedEntity(first.Kind, now, then));
            }
        }

        return new WholePlan { Changes = changes };
    }

    private static WholePlan Refused(string problem) => new() { Refusal = new ValueMap { ["message"] = problem } };
}
