using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

/// <summary>What plugin authors build on changes by decision only: the surface is a file, and a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "GIBBON_ACCEPT_API=1 dotnet run --project test/Gibbon.ArchitectureTests -- -class '*PublicApiTests'";

    [Fact]
    public void The_PDK_shows_what_its_PublicAPI_txt_says() => AssertRecorded(Assemblies.Pdk, "src/Gibbon.Pdk/PublicAPI.txt");

    [Fact]
    public void The_testing_package_shows_what_its_PublicAPI_txt_says() => AssertRecorded(Assemblies.Testing, "src/Gibbon.Testing/PublicAPI.txt");

    private static void AssertRecorded(AssemblyDefinition assembly, string file)
    {
        var path = Path.Combine(Repository.Root, file);
        string[] actual = [.. PublicApi.Of(assembly)];
        if (Environment.GetEnvironmentVariable("GIBBON_ACCEPT_API") == "1")
            File.WriteAllLines(path, actual);

        var recorded = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] changes = [.. recorded.Except(actual).Select(l => "- " + l), .. actual.Except(recorded).Select(l => "+ " + l)];
        Assert.True(changes.Length == 0, $"{file} differs. If the change is wanted:\n  {Accept}\n{string.Join('\n', changes)}");
    }
}
