namespace Gibbon.Pdk;

/// <summary>The function of Kong's plugin development kit that a member is the equivalent of.</summary>
/// <param name="function">The function as Lua plugins write it: <c>kong.request.get_header</c>.</param>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public sealed class KongAttribute(string function) : Attribute
{
    /// <summary>The function as Lua plugins write it: <c>kong.request.get_header</c>.</summary>
    public string Function { get; } = function;
}
