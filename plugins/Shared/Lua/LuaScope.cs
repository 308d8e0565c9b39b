namespace Gibbon.Plugins.Shared.Lua;

/// <summary>A function that expressions can call.</summary>
/// <param name="arguments">What it is called with.</param>
/// <returns>Its first result.</returns>
delegate object? LuaFunction(object?[] arguments);

/// <summary>The variables that an expression sees.</summary>
abstract class LuaScope
{
    /// <summary>A scope without variables.</summary>
    public static LuaScope Empty { get; } = new None();

    /// <summary>The value of a name; <c>null</c> if there is none.</summary>
    /// <param name="name">The name.</param>
    public abstract object? Find(string name);

    sealed class None : LuaScope
    {
        public override object? Find(string name) => null;
    }
}
