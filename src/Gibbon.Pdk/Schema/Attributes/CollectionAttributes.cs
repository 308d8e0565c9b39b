namespace Gibbon.Pdk.Schemas;

/// <summary>How long the field may be: a text in bytes of UTF-8, a list in elements, a map in entries. A text has at least one byte unless this says 0.</summary>
public sealed class LengthAttribute : FieldAttribute
{
    /// <summary>The smallest length allowed.</summary>
    public int Min { get; set; } = -1;

    /// <summary>The greatest length allowed.</summary>
    public int Max { get; set; } = -1;

    /// <summary>The only length allowed.</summary>
    public int Exactly { get; set; } = -1;

    /// <inheritdoc/>
    protected override Field Apply(Field field)
    {
        if (Exactly >= 0)
        {
            field = field.With(new ExactLengthValidator(Exactly));
        }
        if (Min >= 0)
        {
            field = field.With(new LeastLengthValidator(Min));
        }
        return Max >= 0 ? field.With(new GreatestLengthValidator(Max)) : field;
    }
}

/// <summary>The list is a set: the order is kept, duplicates are dropped.</summary>
public sealed class SetAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Type = FieldType.Set };
}

/// <summary>The list must contain a value.</summary>
public sealed class ContainsAttribute(object value) : FieldAttribute
{
    /// <summary>The value that must be there.</summary>
    public object Value => value;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new ContainsValidator(Literal.Of(value)));
}

/// <summary>The set may have members of only one of several groups; one attribute for each group.</summary>
public sealed class ExclusiveSubsetAttribute(params object[] members) : FieldAttribute
{
    /// <summary>The members of this group.</summary>
    public IReadOnlyList<object> Members => members;

    /// <inheritdoc/>
    protected override Field Apply(Field field) =>
        field.With(new ExclusiveSubsetsValidator([.. field.Find<ExclusiveSubsetsValidator>()?.Subsets ?? [], Literal.List(members)]));
}
