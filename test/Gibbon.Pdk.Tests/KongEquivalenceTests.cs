using System.Reflection;

namespace Gibbon.Pdk.Tests;

public sealed class KongEquivalenceTests
{
    [Fact]
    public void Every_function_of_kong_has_an_equivalent_unless_only_lua_needs_it()
    {
        var ours = ModuleMembers.All.SelectMany(ModuleMembers.Functions).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            KongFunctions.All.Keys.Except(KongFunctions.OnlyInLua.Keys).Order(StringComparer.Ordinal),
            ours.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_member_allows_the_phases_that_kong_allows()
    {
        var wrong =
            from member in ModuleMembers.All
            where member is not Type
            from function in ModuleMembers.Functions(member)
            let ours = member.GetCustomAttribute<PhasesAttribute>()?.Allowed
            where ours != KongFunctions.All[function]
            select $"{member.DeclaringType!.Name}.{member.Name}: {ours}, but {function}: {KongFunctions.All[function]}";

        Assert.Empty(wrong);
    }
}
