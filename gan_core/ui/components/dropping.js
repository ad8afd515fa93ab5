// Files that are dropped or chosen, with the folders that they lie in.
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
// The name of a file with its folders, where it came in one.
const pathOf = (file) => file.inside || file.webkitRelativePath || file.name;

// Every file of what was dropped, folders opened, each with its path `inside` them.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { files: [...transfer.files], folder: false };
  const files = [];
  const open = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((done, fail) => { entry.file(done, fail); });
      file.inside = entry.fullPath.replace(/^\//, "");
      files.push(file);
      return;
    }
    const reader = entry.createReader();
    while (true) {  // a folder is told in portions of a hundred
      const some = await new Promise((done, fail) => { reader.readEntries(done, fail); });
      if (!some.length) return;
      for (const each of some) await open(each);
    }
  };
  for (const entry of entries) await open(entry);
  return { files, folder: true };
}
