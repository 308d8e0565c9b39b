using System.Collections.Immutable;

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
                return EntityErrors.SchemaViolation(new SchemaErrors("@entity", new ValueList { Demand(transformation.Input.AddRange(transformation.Needs)) }));
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

    /// <summary>
    /// Adds to the errors that a transformation was sent some of what it takes, but not all: a password without the consumer whose id goes into its hash.
    /// Of an update everything must be sent anew as soon as a part of it is.
    /// </summary>
    ValueMap? CheckTransformations(ValueMap entity, ValueMap input, ValueMap? stored, ValueMap? errors)
    {
        foreach (var transformation in Transformations)
        {
            var isNeedChanged = stored is not null && transformation.Needs.Any(path =>
                !FieldPath.TryGet(input, path, out var value) || !FieldPath.TryGet(stored, path, out var old) || !Value.DeepEquals(value, old));
            if (!isNeedChanged && !transformation.Input.Any(path => IsGiven(input, path)))
            {
                continue;
            }
            var all = transformation.Input.AddRange(transformation.Needs);
            if (IsGivenInPart(isNeedChanged ? input : entity, all))
            {
                errors = AddEntityError(errors, Demand(all));
            }
            else if (IsGivenInPart(input, transformation.Input))
            {
                errors = AddEntityError(errors, Demand(transformation.Input));
            }
        }
        return errors;
    }

    static ValueMap AddEntityError(ValueMap? errors, string error)
    {
        errors ??= [];
        if (errors.GetList("@entity") is not { } list)
        {
            errors["@entity"] = list = [];
        }
        list.Add(error);
        return errors;
    }

    static string Demand(ImmutableArray<string> fields) => $"all or none of these fields must be set: {Quoted.List(fields)}";

    static bool IsGiven(ValueMap values, string path) => FieldPath.TryGet(values, path, out var value) && !Value.IsEmpty(value);

    static bool IsGivenInPart(ValueMap values, ImmutableArray<string> paths) =>
        paths.Count(path => IsGiven(values, path)) is > 0 and var given && given < paths.Length;

    static bool IsDue(Transformation transformation, ValueMap input) =>
        transformation.Input.IsEmpty || transformation.Input.Any(path => IsGiven(input, path));

    static bool Missing(Transformation transformation, ValueMap entity) =>
        transformation.Input.Concat(transformation.Needs).Any(path => !IsGiven(entity, path));

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
