namespace Gibbon.Pdk.Schemas;

/// <summary>Which part of a list or a map an attribute speaks of.</summary>
public enum Part
{
    /// <summary>What the attribute means by itself: the field, or the innermost values for demands on single values.</summary>
    Natural,

    /// <summary>The field itself, list or not.</summary>
    Field,

    /// <summary>The elements of the list or the values of the map.</summary>
    Elements,

    /// <summary>The keys of the map.</summary>
    Keys,
}

/// <summary>
/// Says something about the field that a property stands for. A demand on single values (<see cref="BetweenAttribute"/>, a typedef like
/// <see cref="HostAttribute"/>) goes to the innermost values of lists and maps by itself; everything else to the field. <see cref="On"/> says otherwise.
/// Derive from it to name a rule of your own once and use it everywhere.
/// </summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public abstract class FieldAttribute : Attribute
{
    /// <summary>The part of a list or a map that is meant.</summary>
    public Part On { get; set; }

    /// <summary>Whether the attribute goes to the innermost values when <see cref="On"/> says nothing.</summary>
    protected virtual bool IsAboutValues => false;

    /// <summary>Returns the field, or the part of it that is meant, changed.</summary>
    protected abstract Field Apply(Field field);

    internal Field ApplyTo(Field field) => On switch
    {
        Part.Keys => field with { Keys = Apply(field.Keys ?? throw Misplaced(field)) },
        Part.Elements when field.Elements is { } elements => field with { Elements = Apply(elements) },
        Part.Elements => field with { Values = Apply(field.Values ?? throw Misplaced(field)) },
        Part.Natural when IsAboutValues => ApplyInnermost(field),
        _ => Apply(field),
    };

    Field ApplyInnermost(Field field) => field switch
    {
        { Elements: { } elements } => field with { Elements = ApplyInnermost(elements) },
        { Values: { } values } => field with { Values = ApplyInnermost(values) },
        _ => Apply(field),
    };

    InvalidOperationException Misplaced(Field field) => new($"[{GetType().Name}(On = {On})] does not fit the field '{field.Name}'");
}

/// <summary>A demand on single values: goes to the innermost values of lists and maps unless told otherwise.</summary>
public abstract class ValueAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override bool IsAboutValues => true;
}
