using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

public sealed class RoomTests
{
    // Types that something outside the gateway must see. Each entry is a decision; there is none yet.
    private static readonly HashSet<string> PublicTypes = [];

    [Fact]
    public void A_room_uses_only_the_rooms_that_it_may_see()
    {
        string[] wrong =
        [
            .. from type in Assemblies.Gateway.MainModule.GetTypes()
               let room = Rooms.Of(Assemblies.NamespaceOf(type))
               where room is not null
               from used in TypeUses.Of(type)
               where used.Scope == Assemblies.Gateway.MainModule || used is TypeDefinition
               let other = Rooms.Of(Assemblies.NamespaceOf(used))
               where other is not null && other != room && !Rooms.Views[room].Contains(other)
               select $"{type.FullName} ({room}) uses {used.FullName} ({other})",
        ];

        Findings.AssertNone(wrong.Distinct());
    }

    [Fact]
    public void The_rooms_form_a_graph_without_circles()
    {
        foreach (string room in Rooms.Views.Keys)
            Assert.DoesNotContain(room, Reachable(room));
    }

    [Fact]
    public void Every_type_of_the_gateway_is_in_a_room_except_those_that_put_the_rooms_together()
    {
        Findings.AssertNone(
            from type in Assemblies.WrittenTypes(Assemblies.Gateway)
            where type.DeclaringType is null && Rooms.Of(type.Namespace) is null
            where !type.Namespace.StartsWith("Gibbon.Shared.", StringComparison.Ordinal)
            where type.Namespace != "Gibbon" || type.Name is not ("GatewayHost" or "GatewayCore" or "GatewayLogs" or "GatewayParts")
            select $"{type.FullName} is in no room");
    }

    [Fact]
    public void A_file_of_the_gateway_lies_in_the_folder_of_its_namespace()
    {
        Findings.AssertNone(
            from path in Repository.Files("src/Gibbon", ".cs")
            let text = Repository.Read(path)
            let expected = "Gibbon" + string.Concat(path.Split('/')[2..^1].Select(p => "." + p))
            where text.Contains("\nnamespace ", StringComparison.Ordinal) || text.StartsWith("namespace ", StringComparison.Ordinal)
            where !("\n" + text).Contains($"\nnamespace {expected};", StringComparison.Ordinal)
            select $"{path}: expected namespace {expected};");
    }

    [Fact]
    public void The_gateway_shows_no_type_to_the_outside()
    {
        Findings.AssertNone(
            from type in Assemblies.WrittenTypes(Assemblies.Gateway)
            where type.IsPublic && !PublicTypes.Contains(type.FullName)
            select $"{type.FullName} is public");
    }

    [Fact]
    public void A_class_that_nothing_derives_from_is_sealed()
    {
        // Of what the PDK shows, being open to derivation is a decision that stands in its PublicAPI.txt.
        TypeDefinition[] types = [.. Assemblies.All.SelectMany(Assemblies.WrittenTypes)];
        HashSet<string> parents = [.. types.Where(t => t.BaseType is not null).Select(t => t.BaseType.GetElementType().FullName)];

        Findings.AssertNone(
            from type in types
            where !(type.IsPublic && type.Module.Assembly == Assemblies.Pdk)
            where type.IsClass && !type.IsValueType && !type.IsSealed && !type.IsAbstract && !parents.Contains(type.FullName)
            select $"{type.FullName} is neither sealed nor derived from");
    }

    private static HashSet<string> Reachable(string room)
    {
        var seen = new HashSet<string>();
        var next = new Queue<string>(Rooms.Views[room]);
        while (next.TryDequeue(out string? other))
        {
            if (seen.Add(other))
            {
                foreach (string further in Rooms.Views[other])
                    next.Enqueue(further);
            }
        }

        return seen;
    }
}
