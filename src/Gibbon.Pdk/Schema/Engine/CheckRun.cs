using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>Decides which checks of a record are made, and makes them.</summary>
static class CheckRun
{
    public static void All(ImmutableArray<EntityCheck> checks, ValueMap values, CheckErrors errors)
    {
        foreach (var check in checks)
        {
            if (Applies(check, values, errors) && check.Run(values, errors) is { } error)
            {
                errors.AddEntityError(error);
            }
        }
    }

    static bool Applies(EntityCheck check, ValueMap values, CheckErrors errors)
    {
        var nonePresent = true;
        string? missing = null;
        foreach (var path in check.Sources)
        {
            if (FieldPath.TryGet(values, path, out var value))
            {
                nonePresent = false;
                if (Value.IsVaultReference(value))
                {
                    return false;
                }
            }
            else if (!check.RunsWithMissingFields && check.Needs(path))
            {
                missing ??= path;
            }
            if (!check.RunsWithInvalidFields && errors.Has(path))
            {
                return false;
            }
        }
        if (nonePresent && !(check.RunsWithMissingFields && errors.Operation != Operation.Update))
        {
            return false;
        }
        if (missing is not null)
        {
            errors.Add(missing, errors.IsUpdate ? "field required for entity check when updating" : "field required for entity check");
        }
        return missing is null;
    }
}
