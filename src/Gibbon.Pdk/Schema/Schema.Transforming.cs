namespace Gibbon.Pdk.Schemas;

/// <content>Changes on the way to the store and from it.</content>
public sealed partial class Schema
{
    /// <summary>Makes the changes that are due on the way to the store: hashes, digests, normal forms.</summary>
    /// <param name="entity">The entity, which is valid; changed in place.</param>
    /// <param name="input">
    /// What was sent: a transformation runs when one of its inputs is there and not empty. <c>null</c> when everything was sent.
    /// </param>
    /// <returns>What is wrong, or <c>null</c>: inputs that are there only in part are a schema violation, a failure is an error of code 15.</returns>
    public EntityError? Transform(ValueMap entity, ValueMap? input = null)
    {
        foreach (var transformation in (For(entity) ?? this).Transformations)
        {
            if (transformation.OnWrite is null || !IsDue(transformation, input ?? entity))
            {
                continue;
            }
            if (Missing(transformation, entity))
            {
                return EntityErrors.SchemaViolation(new SchemaErrors("@entity", new ValueList { Demand(transformation) }));
            }
            var result = transformation.OnWrite(entity);
            if (result.Error is { } error)
            {
                return EntityErrors.TransformationFailed(error);
            }
            Apply(result.Changes, entity);
        }
        return null;
    }

    /// <summary>Undoes on the way from the store what can be undone; changes the entity in place.</summary>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public EntityError? TransformBack(ValueMap entity)
    {
        foreach (var transformation in (For(entity) ?? this).Transformations)
        {
            if (transformation.OnRead is { } read && IsDue(transformation, entity))
            {
                var result = read(entity);
                if (result.Error is { } error)
                {
                    return EntityErrors.TransformationFailed(error);
                }
                Apply(result.Changes, entity);
            }
        }
        return null;
    }

    /// <summary>Adds to the errors of a new entity that a transformation has inputs but not all that it needs.</summary>
    ValueMap? CheckTransformations(ValueMap entity, ValueMap? errors)
    {
        foreach (var transformation in Transformations)
        {
            if (!transformation.Input.IsEmpty && IsDue(transformation, entity) && Missing(transformation, entity))
            {
                errors ??= [];
                if (errors.GetList("@entity") is { } list)
                {
                    list.Add(Demand(transformation));
                }
                else
                {
                    errors["@entity"] = new ValueList { Demand(transformation) };
                }
            }
        }
        return errors;
    }

    static string Demand(Transformation transformation) =>
        $"all or none of these fields must be set: {Quoted.List(transformation.Input.Concat(transformation.Needs))}";

    static bool IsDue(Transformation transformation, ValueMap input) =>
        transformation.Input.IsEmpty || transformation.Input.Any(path => FieldPath.TryGet(input, path, out var value) && !Value.IsEmpty(value));

    static bool Missing(Transformation transformation, ValueMap entity) =>
        transformation.Input.Concat(transformation.Needs).Any(path => !FieldPath.TryGet(entity, path, out var value) || Value.IsEmpty(value));

    static void Apply(ValueMap? changes, ValueMap entity)
    {
        foreach (var (name, value) in changes ?? [])
        {
            if (value is ValueMap inner && entity.GetMap(name) is { } map)
            {
                Apply(inner, map);
            }
            else
            {
                entity[name] = value;
            }
        }
    }
}
