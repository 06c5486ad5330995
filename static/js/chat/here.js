// Before anything is written: whether this browser can hold what messages need.
import { openStore } from "./store.js";
import { tell, wordsFor } from "./trouble.js";

const user = document.querySelector("meta[name=chat-user]")?.content;
if (user) openStore(user).then((store) => store.close(), (error) => tell(wordsFor(error)));
