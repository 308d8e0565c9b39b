using Gibbon.Cli.Arguments;

namespace Gibbon.Cli.Commands;

internal sealed class RoarCommand : Command
{
    private const string Gibbon =
        """"
              .-"""-.
             /  o o  \        hoo
          __|    >    |__        hoo
         (   \  '-'  /   )          hooo!
          \   '-...-'   /
           \  \     /  /
            )  )   (  (
           (__(     )__)
        """";

    public override string Name => "roar";

    public override string Summary => "Sing, as gibbons do.";

    public override Task<int> RunAsync(Invocation invocation)
    {
        Console.Out.WriteLine(Gibbon);
        return Task.FromResult(0);
    }
}
