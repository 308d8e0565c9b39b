using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>The text is <c>header:value</c>; the value may be a template.</summary>
sealed class HeaderEntryAttribute : ValueAttribute
{
    protected override Field Apply(Field field) => field.With(new MatchValidator("^[^:]+:.*$")).With(new CustomValidator(Check));

    static string? Check(object value)
    {
        var name = NamedValue.Parse((string)value).Name;
        return NamedValue.IsHeaderName(name) ? null : $"'{name}' is not a valid header";
    }
}

/// <summary>The text is <c>header:other-header</c>.</summary>
sealed class HeaderRenamingAttribute : ValueAttribute
{
    protected override Field Apply(Field field) => field.With(new MatchValidator("^[^:]+:.*$")).With(new CustomValidator(Check));

    static string? Check(object value)
    {
        var (name, other) = NamedValue.Parse((string)value);
        return NamedValue.IsHeaderName(name) && NamedValue.IsHeaderName(other)
            ? null
            : $"'{(NamedValue.IsHeaderName(name) ? other : name)}' is not a valid header";
    }
}

/// <summary>The text is the name of a header.</summary>
sealed class HeaderToRemoveAttribute : ValueAttribute
{
    protected override Field Apply(Field field) => field.With(new CustomValidator(Check));

    static string? Check(object value)
    {
        var name = NamedValue.Parse((string)value).Name;
        return NamedValue.IsHeaderName(name) ? null : $"'{name}' is not a valid header";
    }
}

/// <summary>The text is <c>name:value</c>; the value may be a template, and is looked at when it is configured.</summary>
sealed class ArgumentEntryAttribute : ValueAttribute
{
    protected override Field Apply(Field field) => field.With(new CustomValidator(Check));

    static string? Check(object value)
    {
        var (name, text) = NamedValue.Parse((string)value);
        if (name.Length == 0 || text.Length == 0)
            return $"key '{name}' has no value";

        return Template.Compile(text).Error is { } error
            ? $"value '{text}' is not in supported format, error:{error}"
            : null;
    }
}
