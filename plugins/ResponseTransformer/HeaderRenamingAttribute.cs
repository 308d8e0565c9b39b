using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>Both sides of the colon are names of headers.</summary>
sealed class HeaderRenamingAttribute : ValueAttribute
{
    protected override Field Apply(Field field) => field.With(new CustomValidator(Check));

    static string? Check(object value)
    {
        var (name, other) = NamedValue.Parse((string)value);
        if (!NamedValue.IsHeaderName(name))
            return $"'{name}' is not a valid header";

        return NamedValue.IsHeaderName(other) ? null : $"'{other}' is not a valid header";
    }
}
